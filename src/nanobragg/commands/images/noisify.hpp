// What a detector would have read of an image of photons.
#pragma once

#include <string>

#include "nanobragg/commands/images/source_image.hpp"
#include "nanobragg/config/options/command_line.hpp"

namespace nanobragg::commands {

struct NoisifyRequest {
  ImageWords image;
  std::string out;
  config::ParsedArguments flags;
};

// The point spread of -psf and the stages of a read-out alone, on photons that are expected: those
// of the image, times -scale.
// Numbers below 0 are no photons. Returns what was written, for people. Throws UsageError for
// flags that mean nothing here, Error for what cannot be read or written.
std::string noisify(const NoisifyRequest& request, const Tell& tell);

}  // namespace nanobragg::commands
