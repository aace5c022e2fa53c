// Translates termination types.
#include "nanobragg/refine/ceres_ending.hpp"

#include <ceres/types.h>

namespace nanobragg::refine {

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
