// Catches what stops an evaluation, and translates termination types.
#include "nanobragg/refine/ceres_ending.hpp"

#include <ceres/types.h>

namespace nanobragg::refine {

std::optional<Evaluation> Evaluations::at(std::span<const double> x, Wanted wanted) {
  if (stopped_) return std::nullopt;
  try {
    return loss_.evaluate(x, wanted);
  } catch (const Stopped&) {
    stopped_ = true;
    return std::nullopt;
  }
}

void end(Minimum& minimum, int termination_type, const std::string& converged) {
  switch (termination_type) {
    case ceres::USER_SUCCESS:
      stop(minimum);
      return;
    case ceres::CONVERGENCE:
      minimum.outcome = Outcome::converged;
      minimum.why = converged;
      return;
    case ceres::NO_CONVERGENCE:
      minimum.outcome = Outcome::out_of_iterations;
      minimum.why = "it needs more iterations";
      return;
    default:
      minimum.outcome = Outcome::diverged;
      minimum.why = "no step lowers the loss";
  }
}

}  // namespace nanobragg::refine
