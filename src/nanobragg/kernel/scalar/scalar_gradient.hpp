// Gradients of pixels in plain double precision: the readable form, for every option.
#pragma once

#include "nanobragg/kernel/adjoint/pixel_slopes.hpp"

namespace nanobragg::kernel::scalar {

void differentiate(const PixelBatch& batch, PixelSlopes& to);

}  // namespace nanobragg::kernel::scalar
