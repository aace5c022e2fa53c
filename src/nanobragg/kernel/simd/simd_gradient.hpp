// Gradients of pixels on vectors of pixels, in double precision.
#pragma once

#include "nanobragg/kernel/gradient_chunk.hpp"
#include "nanobragg/kernel/simd/simd_kernel.hpp"

namespace nanobragg::kernel::simd {

// Of chunks that take amplitudes at the nearest index and collect no derivatives by them.
template <Isa kIsa>
void differentiate(const GradientChunk& chunk);

}  // namespace nanobragg::kernel::simd
