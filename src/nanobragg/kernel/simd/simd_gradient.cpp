// Hands chunks to the code for an instruction set.
#include "nanobragg/kernel/simd/simd_gradient.hpp"

#include "nanobragg/kernel/simd/rows.hpp"

namespace nanobragg::kernel::simd {
namespace {

GradientFunction code_for(Isa isa) {
#if defined(NANOBRAGG_ISA_X86)
  const auto wanted = [&](Isa own) {
    return is_available(own) && (isa == own || isa == Isa::best);
  };
  if (wanted(Isa::avx512)) return avx512::differentiate;
  if (wanted(Isa::avx2)) return avx2::differentiate;
  return sse4::differentiate;
#else
  return neon::differentiate;
#endif
}

}  // namespace

template <Isa kIsa>
void differentiate(const GradientChunk& chunk) {
  code_for(kIsa)(chunk);
}

template void differentiate<Isa::best>(const GradientChunk&);
template void differentiate<Isa::sse4>(const GradientChunk&);
template void differentiate<Isa::avx2>(const GradientChunk&);
template void differentiate<Isa::avx512>(const GradientChunk&);
template void differentiate<Isa::neon>(const GradientChunk&);

}  // namespace nanobragg::kernel::simd
