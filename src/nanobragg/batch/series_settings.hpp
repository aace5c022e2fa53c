// What series make of the settings of a single image.
#pragma once

#include <string>
#include <string_view>

#include "nanobragg/config/resolve.hpp"
#include "nanobragg/config/settings.hpp"

namespace nanobragg::batch {

// Throws UsageError where the settings name files to write, which a series does itself, or ask for
// what only a single image has.
void check_for_series(const config::Settings& settings, std::string_view command);

// Everything in the run that decides about the images, as text, and `series`, what the series adds.
std::string identity(const config::Resolved& run, const std::string& series);

}  // namespace nanobragg::batch
