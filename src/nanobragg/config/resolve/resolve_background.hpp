// Amorphous matter in the beam, resolved from flags and tables.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/config/resolve/measured_files.hpp"
#include "nanobragg/model/experiment.hpp"

namespace nanobragg::config {

// What the files of -background and the tables of flags hold.
struct BackgroundTables {
  std::shared_ptr<const ScatteringTable> of_flag;  // -stol, -4stol, -Q; null: unused
  // Of each -background; null: a named material, or the table of the flag.
  std::vector<std::shared_ptr<const ScatteringTable>> of_backgrounds;
  std::vector<MeasuredFile> measured;  // of each -background that was measured
};

// Throws UsageError for values of flags that are wrong, Error for files.
BackgroundTables read_background_tables(const Settings& settings);

// In the order of the flags. Throws UsageError for materials that are unknown or lack a density,
// Error for values that no slab has. `beam_size` is the edge of the beam.
std::vector<AmorphousSlab> resolve_slabs(const Settings& settings, const BackgroundTables& tables,
                                         Metre beam_size);

struct MeasuredBackgrounds {
  std::vector<MeasuredBackground> list;  // in the order of the flags
  std::vector<std::string> warnings;
};
// Throws UsageError for too many, Error for what does not fit the detector.
MeasuredBackgrounds resolve_measured(const Settings& settings, const BackgroundTables& tables,
                                     const std::vector<Panel>& panels, const BeamValues& beam);

// Whether flags say anything of what adds light: slabs, or measured backgrounds.
bool gives_slabs(const Settings& settings);

// What of the flags is unused or assumed, and tables that end inside the image.
std::vector<std::string> background_warnings(const Settings& settings,
                                             const Experiment& experiment);

}  // namespace nanobragg::config
