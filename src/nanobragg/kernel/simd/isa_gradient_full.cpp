// Gradients of pixels in double precision throughout, for one instruction set.
#include "nanobragg/kernel/simd/gradient_row.hpp"

namespace nanobragg::kernel::simd::NANOBRAGG_ISA {

void differentiate_full(const GradientChunk& chunk) { differentiate<FullArithmetic>(chunk); }

}  // namespace nanobragg::kernel::simd::NANOBRAGG_ISA
