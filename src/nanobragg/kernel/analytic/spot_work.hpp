// How much there is to do for spots in closed form, before it is done.
#pragma once

#include <cstddef>

#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::kernel::analytic {

struct SpotWork {
  double spots = 0.0;
  double pixels = 0.0;  // of all spots, those of the rectangles that hold them
  double bytes = 0.0;   // of the longest list of a panel's spots
};

// Of all panels. Nothing where a bound, quickly found, is below `few` pixels.
SpotWork work_of(const plan::SamplingPlan& plan, double few, std::size_t threads);

}  // namespace nanobragg::kernel::analytic
