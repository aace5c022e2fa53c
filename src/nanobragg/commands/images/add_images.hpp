// Images added photon by photon.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nanobragg/commands/images/source_image.hpp"
#include "nanobragg/config/options/command_line.hpp"

namespace nanobragg::commands {

struct AddRequest {
  std::vector<std::string> images;  // at least one
  std::vector<double> scales;       // one for all, or one for each; empty: 1
  std::optional<double> offset, gain;
  std::string out;
  config::ParsedArguments flags;
};

// Σ scale·photons, pixel by pixel; a pixel that any image does not measure is not measured. The
// geometry is that of the first. Returns what was written, for people. Throws UsageError for flags
// that mean nothing here, Error for images of different shapes and for what cannot be read or
// written.
std::string add_images(const AddRequest& request, const Tell& tell);

}  // namespace nanobragg::commands
