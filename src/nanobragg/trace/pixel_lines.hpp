// The lines that show how the photons of one pixel came about.
#pragma once

#include <vector>

#include "nanobragg/kernel/interface/pixel_record.hpp"
#include "nanobragg/plan/sampling_plan.hpp"
#include "nanobragg/trace/line.hpp"

namespace nanobragg::trace {

// In the order of the computation. For each point of the sensor: the point, the first source and
// its first step, then the other spindle steps; at the end the sum and what scales it. What the
// kernel does not hold itself (Å for m, the cell's reciprocal axes) is rounded as its numbers are.
std::vector<Line> pixel_lines(const plan::SamplingPlan& plan, const kernel::PixelRecord& record);

}  // namespace nanobragg::trace
