// Gradients of pixels on vectors of pixels.
#pragma once

#include "nanobragg/kernel/gradient_chunk.hpp"
#include "nanobragg/kernel/simd/simd_kernel.hpp"

namespace nanobragg::kernel::simd {

// Of chunks that take amplitudes at the nearest index and collect no derivatives by them. In single
// precision as render(): positions, scattering vectors and Miller indices stay in double precision,
// what an orientation adds is single. Derivatives are then within 1e-5 of their largest value.
template <Isa kIsa>
void differentiate(const GradientChunk& chunk);

}  // namespace nanobragg::kernel::simd
