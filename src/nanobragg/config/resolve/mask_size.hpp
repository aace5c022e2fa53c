// Whether a mask has the size of the detector.
#pragma once

#include "nanobragg/base/image.hpp"
#include "nanobragg/config/options/settings.hpp"

namespace nanobragg::config {

// Throws Error where it has not, with a hint at what gave the detector its size.
void check_mask_size(const Settings& settings, const ImageShape& mask, const ImageShape& detector);

}  // namespace nanobragg::config
