// Every kernel against the scalar one on one experiment.
#pragma once

#include <string>

#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::test {

// Renders a plan with every kernel but the reference, in both precisions where that keeps images
// accurate. Empty, or the first kernel that is too far from the scalar one, and where: in double
// precision farther than 1e-12 of the pixel and of the maximum, in single precision farther than
// 5e-6 of the pixel or of 1e-9 of the maximum.
std::string first_disagreement(const plan::SamplingPlan& plan);

}  // namespace nanobragg::test
