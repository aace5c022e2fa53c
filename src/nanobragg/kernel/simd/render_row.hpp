// Chooses the compiled variant of a row's renderer. To be included only by files that are compiled
// for one instruction set each.
#pragma once

#include "nanobragg/kernel/simd/row_renderer.hpp"
#include "nanobragg/physics/lattice/shapes.hpp"

namespace nanobragg::kernel::simd::NANOBRAGG_ISA {

template <Precision kPrecision, Interpolation kInterpolation>
RowResult render_row(const RowTask& task, double* to) {
  return physics::with_lattice(task.plan->crystal.shape, [&](auto lattice) -> RowResult {
    RowRenderer<decltype(lattice), kPrecision, kInterpolation> renderer(task);
    double lanes[Wide::lanes()];
    for (std::size_t fast = task.begin; fast < task.end; fast += Wide::lanes()) {
      renderer.photons(fast).store(lanes);
      const std::size_t count = std::min(Wide::lanes(), task.end - fast);
      std::copy_n(lanes, count, to + (fast - task.begin));
    }
    return {renderer.fallbacks()};
  });
}

template <Precision kPrecision>
RowResult render_row(const RowTask& task, double* to) {
  return task.plan->crystal.interpolation == Interpolation::tricubic
             ? render_row<kPrecision, Interpolation::tricubic>(task, to)
             : render_row<kPrecision, Interpolation::nearest>(task, to);
}

}  // namespace nanobragg::kernel::simd::NANOBRAGG_ISA
