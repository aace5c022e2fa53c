// What a run of Ceres evaluates and how it ended, in the words of a refinement.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "nanobragg/refine/minimise.hpp"
#include "nanobragg/refine/normal_loss.hpp"

namespace nanobragg::refine {

// Evaluations of a loss, which outlives them. No exception passes through Ceres: what Stopped
// ends is unset, and so is all that is asked for afterwards.
class Evaluations {
 public:
  explicit Evaluations(const NormalLoss& loss) : loss_(loss) {}

  std::optional<Evaluation> at(std::span<const double> x, Wanted wanted);
  bool stopped() const { return stopped_; }

 private:
  const NormalLoss& loss_;
  bool stopped_ = false;
};

// Sets outcome and reason by a ceres::TerminationType, whose header is slow to compile; `converged`
// is the reason where the solver has converged.
void end(Minimum& minimum, int termination_type, const std::string& converged);

}  // namespace nanobragg::refine
