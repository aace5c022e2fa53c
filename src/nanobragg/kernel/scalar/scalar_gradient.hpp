// Gradients of pixels in plain double precision: the readable form, for every option.
#pragma once

#include "nanobragg/kernel/gradient_chunk.hpp"

namespace nanobragg::kernel::scalar {

void differentiate(const GradientChunk& chunk);

}  // namespace nanobragg::kernel::scalar
