// Rotation data sets: one crystal, turned from exposure to exposure.
#pragma once

#include <cstddef>
#include <string>

#include "nanobragg/commands/series/series.hpp"
#include "nanobragg/config/options/settings.hpp"

namespace nanobragg::commands {

struct SweepOptions {
  std::string out;
  std::size_t images = 1;
  double oscillation_deg = 0.1;
};

// A sweep from the settings' spindle angle. Each exposure takes as many orientations as
// -phisteps says, or the experiment file, where its crystal turns; ten without them, in the middles
// of as many equal parts of its range. Throws UsageError for settings that a sweep decides itself.
SeriesRequest make_sweep(const config::Settings& settings, const SweepOptions& options);

}  // namespace nanobragg::commands
