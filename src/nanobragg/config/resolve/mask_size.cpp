// Compares two shapes and looks for the flag or file that decided.
#include "nanobragg/config/resolve/mask_size.hpp"

#include <fmt/format.h>

#include "nanobragg/base/error.hpp"

namespace nanobragg::config {
namespace {

// What gave the detector another size than the mask's.
std::string mask_hint(const Settings& settings) {
  if (settings.pixels_fast || settings.pixels_slow) {
    return "without -detpixels the detector takes the size of the mask";
  }
  const auto& of_header = settings.header_file;
  const auto& file = of_header ? of_header : settings.geometry_file;
  if (!file) return "without -detsize the detector takes the size of the mask";
  return fmt::format("the detector is that of '{}': give a mask of its size", *file);
}

}  // namespace

void check_mask_size(const Settings& settings, const ImageShape& mask, const ImageShape& detector) {
  if (mask == detector) return;
  throw Error(fmt::format("mask of {} × {} pixels (the detector has {} × {})", mask.fast, mask.slow,
                          detector.fast, detector.slow),
              *settings.mask_file, mask_hint(settings));
}

}  // namespace nanobragg::config
