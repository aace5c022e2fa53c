// Gradients of pixels in double precision throughout, for one instruction set.
#include "nanobragg/kernel/simd/gradient_batch.hpp"

namespace nanobragg::kernel::simd::NANOBRAGG_ISA {

void differentiate_full(const PixelBatch& batch, PixelSlopes& to) {
  differentiate<FullArithmetic>(batch, to);
}
void add_weighted_full(const PixelBatch& batch, const Weigher& weigher, double* inputs) {
  add_weighted<FullArithmetic>(batch, weigher, inputs);
}

}  // namespace nanobragg::kernel::simd::NANOBRAGG_ISA
