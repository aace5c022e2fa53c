// Walks over the pixels of a panel that a plan renders.
#pragma once

#include <cstddef>

#include "nanobragg/base/parallel_for.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::image {

// Calls visit(PixelIndex) for each of them, from several threads, each pixel once.
template <class Visit>
void for_each_rendered_pixel(const plan::PanelPlan& plan, std::size_t threads, Visit visit) {
  const auto& [first, last] = plan.region;
  parallel_for(last.slow + 1 - first.slow, threads,
               [&, first = first, last = last](std::size_t row) {
                 for (std::size_t fast = first.fast; fast <= last.fast; ++fast) {
                   const PixelIndex pixel{first.slow + row, fast};
                   if (plan.renders(pixel)) visit(pixel);
                 }
               });
}

}  // namespace nanobragg::image
