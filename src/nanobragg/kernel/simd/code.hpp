// The code that was compiled for each instruction set.
#pragma once

#include "nanobragg/kernel/adjoint/pixel_slopes.hpp"
#include "nanobragg/kernel/pixel/patch.hpp"
#include "nanobragg/kernel/simd/row_task.hpp"
#include "nanobragg/kernel/simd/simd_kernel.hpp"

namespace nanobragg::kernel::simd {

struct Code {
  Isa isa;
  bool (*runs_here)();
  RenderRow render_single, render_full;
  SumPatch sum_patch;
  SlopesFunction differentiate_single, differentiate_full;
  WeightedFunction add_weighted_single, add_weighted_full;
};

// That of an instruction set which is_available().
const Code& code_for(Isa isa);

}  // namespace nanobragg::kernel::simd
