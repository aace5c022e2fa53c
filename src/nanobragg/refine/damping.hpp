// Steps that are not longer than what a quadratic model can be believed for.
#pragma once

#include <span>
#include <vector>

#include "nanobragg/refine/objective.hpp"

namespace nanobragg::refine {

// The normal matrix N of an evaluation, or N + μ diag(1/reach²) with μ so large that the step to
// the minimum of the model, (N + …)⁻¹ times the gradient, moves no coordinate by more than its
// reach (Marquardt 1963). Far from a minimum, what an image hardly tells would else run away.
std::vector<double> damped(const Evaluation& at, std::span<const double> reach);

}  // namespace nanobragg::refine
