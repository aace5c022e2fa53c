// Chooses the compiled variant of a row's renderer. To be included only by files that are compiled
// for one instruction set each.
#pragma once

#include "nanobragg/kernel/simd/row_renderer.hpp"
#include "nanobragg/physics/lattice/shapes.hpp"

namespace nanobragg::kernel::simd::NANOBRAGG_ISA {

template <Precision kPrecision, Interpolation kInterpolation>
RowResult render_row(const RowTask& task, double* to) {
  return physics::with_lattice(task.constants->plan.crystal.shape, [&](auto lattice) -> RowResult {
    using Renderer = RowRenderer<decltype(lattice), kPrecision, kInterpolation>;
    Renderer renderer(task);
    static_assert(Renderer::kPixels <= kMostPixelsOfStrip);
    for (std::size_t fast = task.begin; fast < task.end; fast += Renderer::kPixels) {
      renderer.photons(fast, to + (fast - task.begin));
    }
    return {renderer.fallbacks()};
  });
}

template <Precision kPrecision>
RowResult render_row(const RowTask& task, double* to) {
  return task.constants->plan.crystal.interpolation == Interpolation::tricubic
             ? render_row<kPrecision, Interpolation::tricubic>(task, to)
             : render_row<kPrecision, Interpolation::nearest>(task, to);
}

}  // namespace nanobragg::kernel::simd::NANOBRAGG_ISA
