// Patches of pixels in double precision, for one instruction set.
#include "nanobragg/kernel/simd/entry_points.hpp"
#include "nanobragg/kernel/simd/patch_sum.hpp"

namespace nanobragg::kernel::simd::NANOBRAGG_ISA {

void sum_patch(const PatchTask& task, double* to) {
  physics::with_lattice(task.constants->plan.crystal.shape,
                        [&](auto lattice) { PatchSum<decltype(lattice)>(task).write(to); });
}

}  // namespace nanobragg::kernel::simd::NANOBRAGG_ISA
