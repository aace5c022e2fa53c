// Gradients of pixels in single precision where it suffices, for one instruction set.
#include "nanobragg/kernel/simd/gradient_batch.hpp"

namespace nanobragg::kernel::simd::NANOBRAGG_ISA {

void differentiate_single(const PixelBatch& batch, PixelSlopes& to) {
  differentiate<MixedArithmetic>(batch, to);
}
void add_weighted_single(const PixelBatch& batch, const Weigher& weigher, double* inputs) {
  add_weighted<MixedArithmetic>(batch, weigher, inputs);
}

}  // namespace nanobragg::kernel::simd::NANOBRAGG_ISA
