// Rows in double precision throughout, for one instruction set.
#include "nanobragg/kernel/simd/entry_points.hpp"
#include "nanobragg/kernel/simd/render_row.hpp"

namespace nanobragg::kernel::simd::NANOBRAGG_ISA {

RowResult render_row_full(const RowTask& task, double* to) {
  return render_row<Precision::full>(task, to);
}

}  // namespace nanobragg::kernel::simd::NANOBRAGG_ISA
