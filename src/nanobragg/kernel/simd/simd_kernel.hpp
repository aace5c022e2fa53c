// The SIMD kernel: the scalar kernel's physics on vectors of neighbouring pixels.
#pragma once

#include "nanobragg/kernel/interface/kernel.hpp"
#include "nanobragg/kernel/pixel/patch.hpp"

namespace nanobragg::kernel::simd {

// Instruction sets that the kernel is built for; `best` is the widest this machine has.
enum class Isa : std::uint8_t { best, sse4, avx2, avx512, neon };

// Whether this build has code for the instruction set and this machine runs it.
bool is_available(Isa isa);

// As the other kernels' render(), for Isa `kIsa`. With Precision::float32, positions, scattering
// vectors and Miller indices stay in double precision; lattice factors and short sums of them are
// single. The photons are then within 5e-6 of the double ones.
template <class Real, Isa kIsa>
RunReport render(const plan::PanelPlan& plan, ImageView<Real> image, const RunOptions& options);

// The code for patches of the widest instruction set that this machine has.
SumPatch patch_code();

}  // namespace nanobragg::kernel::simd
