// Gradients of pixels on vectors of pixels.
#pragma once

#include "nanobragg/kernel/adjoint/pixel_slopes.hpp"
#include "nanobragg/kernel/simd/simd_kernel.hpp"

namespace nanobragg::kernel::simd {

// In single precision as render(): positions, scattering vectors, Miller indices and interpolated
// amplitudes stay in double precision, what an orientation adds is single. Derivatives are then
// within 1e-5 of their largest value.
template <Isa kIsa>
void differentiate(const PixelBatch& batch, PixelSlopes& to);
template <Isa kIsa>
void add_weighted(const PixelBatch& batch, const Weigher& weigher, double* inputs);

}  // namespace nanobragg::kernel::simd
