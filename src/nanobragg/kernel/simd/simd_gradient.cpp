// Hands chunks to the code for an instruction set.
#include "nanobragg/kernel/simd/simd_gradient.hpp"

#include "nanobragg/kernel/simd/code.hpp"

namespace nanobragg::kernel::simd {
template <Isa kIsa>
void differentiate(const GradientChunk& chunk) {
  // Found once, not for every chunk.
  static const Code& kCode = code_for(kIsa);
  const bool single = chunk.precision == Precision::float32;
  (single ? kCode.differentiate_single : kCode.differentiate_full)(chunk);
}

template void differentiate<Isa::best>(const GradientChunk&);
template void differentiate<Isa::sse4>(const GradientChunk&);
template void differentiate<Isa::avx2>(const GradientChunk&);
template void differentiate<Isa::avx512>(const GradientChunk&);
template void differentiate<Isa::neon>(const GradientChunk&);

}  // namespace nanobragg::kernel::simd
