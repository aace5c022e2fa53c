// The entry points of the code for one instruction set.
#pragma once

#include "nanobragg/kernel/adjoint/pixel_slopes.hpp"
#include "nanobragg/kernel/pixel/patch.hpp"
#include "nanobragg/kernel/simd/row_task.hpp"

namespace nanobragg::kernel::simd {

#define NANOBRAGG_DECLARE_ENTRY_POINTS(isa)                                                   \
  namespace isa {                                                                             \
  RowResult render_row_single(const RowTask& task, double* to);                               \
  RowResult render_row_full(const RowTask& task, double* to);                                 \
  void sum_patch(const PatchTask& task, double* to);                                          \
  void differentiate_full(const PixelBatch& batch, PixelSlopes& to);                          \
  void differentiate_single(const PixelBatch& batch, PixelSlopes& to);                        \
  void add_weighted_full(const PixelBatch& batch, const Weigher& weigher, double* numbers);   \
  void add_weighted_single(const PixelBatch& batch, const Weigher& weigher, double* numbers); \
  }
NANOBRAGG_DECLARE_ENTRY_POINTS(sse4)
NANOBRAGG_DECLARE_ENTRY_POINTS(avx2)
NANOBRAGG_DECLARE_ENTRY_POINTS(avx512)
NANOBRAGG_DECLARE_ENTRY_POINTS(neon)
#undef NANOBRAGG_DECLARE_ENTRY_POINTS

}  // namespace nanobragg::kernel::simd
