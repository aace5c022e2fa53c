// Hands batches to the code for an instruction set.
#include "nanobragg/kernel/simd/simd_gradient.hpp"

#include "nanobragg/kernel/simd/code.hpp"

namespace nanobragg::kernel::simd {
template <Isa kIsa>
void differentiate(const PixelBatch& batch, PixelSlopes& to) {
  // Found once, not for every batch.
  static const Code& kCode = code_for(kIsa);
  const bool single = batch.precision == Precision::float32;
  (single ? kCode.differentiate_single : kCode.differentiate_full)(batch, to);
}

template <Isa kIsa>
void add_weighted(const PixelBatch& batch, const Weigher& weigher, double* inputs) {
  static const Code& kCode = code_for(kIsa);
  const bool single = batch.precision == Precision::float32;
  (single ? kCode.add_weighted_single : kCode.add_weighted_full)(batch, weigher, inputs);
}

#define NANOBRAGG_GRADIENT(isa)                                      \
  template void differentiate<isa>(const PixelBatch&, PixelSlopes&); \
  template void add_weighted<isa>(const PixelBatch&, const Weigher&, double*);
NANOBRAGG_GRADIENT(Isa::best)
NANOBRAGG_GRADIENT(Isa::sse4)
NANOBRAGG_GRADIENT(Isa::avx2)
NANOBRAGG_GRADIENT(Isa::avx512)
NANOBRAGG_GRADIENT(Isa::neon)
#undef NANOBRAGG_GRADIENT

}  // namespace nanobragg::kernel::simd
