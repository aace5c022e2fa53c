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

template void differentiate<Isa::best>(const PixelBatch&, PixelSlopes&);
template void differentiate<Isa::sse4>(const PixelBatch&, PixelSlopes&);
template void differentiate<Isa::avx2>(const PixelBatch&, PixelSlopes&);
template void differentiate<Isa::avx512>(const PixelBatch&, PixelSlopes&);
template void differentiate<Isa::neon>(const PixelBatch&, PixelSlopes&);

}  // namespace nanobragg::kernel::simd
