// Hands chunks to the code for an instruction set.
#include "nanobragg/kernel/simd/simd_gradient.hpp"

#include "nanobragg/kernel/simd/rows.hpp"

namespace nanobragg::kernel::simd {
namespace {

struct Code {
  GradientFunction full, single;
};

Code code_for(Isa isa) {
#if defined(NANOBRAGG_ISA_X86)
  const auto wanted = [&](Isa own) {
    return is_available(own) && (isa == own || isa == Isa::best);
  };
  if (wanted(Isa::avx512)) return {avx512::differentiate_full, avx512::differentiate_single};
  if (wanted(Isa::avx2)) return {avx2::differentiate_full, avx2::differentiate_single};
  return {sse4::differentiate_full, sse4::differentiate_single};
#else
  return {neon::differentiate_full, neon::differentiate_single};
#endif
}

}  // namespace

template <Isa kIsa>
void differentiate(const GradientChunk& chunk) {
  static const Code code = code_for(kIsa);
  (chunk.precision == Precision::float32 ? code.single : code.full)(chunk);
}

template void differentiate<Isa::best>(const GradientChunk&);
template void differentiate<Isa::sse4>(const GradientChunk&);
template void differentiate<Isa::avx2>(const GradientChunk&);
template void differentiate<Isa::avx512>(const GradientChunk&);
template void differentiate<Isa::neon>(const GradientChunk&);

}  // namespace nanobragg::kernel::simd
