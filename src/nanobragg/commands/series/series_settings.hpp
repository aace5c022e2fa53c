// What series make of the settings of a single image.
#pragma once

#include <string>
#include <string_view>

#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/config/resolve/job.hpp"

namespace nanobragg::commands {

// Throws UsageError where the settings name files to write, which a series does itself, or ask for
// what only a single image has.
void check_for_series(const config::Settings& settings, std::string_view command);

// Throws UsageError where a file of amplitudes would be written, which a single run alone does.
void check_no_dump(const config::Job& run, std::string_view command);

// What differs between one series and another.
struct SeriesIdentity {
  std::string settings;  // as TOML, with the names of the input files
  std::string digest;    // of the experiment, of how it is computed, and of the series
};

// Everything in the run that decides about the images, and `series`, what the series adds. Where
// the files and the images are makes no difference.
SeriesIdentity identity(const config::Job& run, const std::string& series);

}  // namespace nanobragg::commands
