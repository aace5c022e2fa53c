// Steps that stay where a quadratic model of the loss is a good one.
#pragma once

#include <span>
#include <vector>

#include "nanobragg/refine/normal_loss.hpp"

namespace nanobragg::refine {

// The normal matrix N of an evaluation, or N + μ diag(1/step²) with μ so large that the step to
// the minimum of the model, (N + …)⁻¹ times the gradient, moves no coordinate by more than its
// usual step (Marquardt 1963). Without it, a
// coordinate that the image hardly determines runs away far from a minimum.
std::vector<double> damped(const Evaluation& at, std::span<const double> usual_step);

}  // namespace nanobragg::refine
