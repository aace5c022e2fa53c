// Checks the derivatives of an experiment three ways: as written, by dual numbers, by differences.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "nanobragg/kernel/interface/kernel.hpp"
#include "nanobragg/model/experiment.hpp"
#include "nanobragg/plan/variables.hpp"

namespace nanobragg::refine {

struct GradientCheckOptions {
  std::vector<plan::Variable> variables = {};  // none: every parameter of the table
  const kernel::Kernel* kernel = nullptr;      // one with gradients; null: the best
  std::size_t threads = 1;
  std::size_t panel = 0;           // whose pixels are taken
  std::size_t most_pixels = 2000;  // spread evenly over those that are rendered
  double dual_tolerance = 1e-8;
  double difference_tolerance = 1e-4;
};

// Of L = Σ w·photons, with fixed weights w in (−1, 1) that differ from pixel to pixel. Values are
// per internal unit of the variable; errors are relative to Σ |w ∂photons|, which does not cancel.
struct CheckedDerivative {
  plan::Variable variable;
  std::string without_effect = {};  // why; then the rest is 0
  double analytic = 0.0;
  double dual = 0.0;        // NaN, and its error, of kernels that integrate in closed form
  double difference = 0.0;  // Richardson's extrapolation; NaN where the value stands at a bound
  double dual_error = 0.0;
  double difference_error = 0.0;
  // Whether differences with smaller and smaller steps come together; where they do not, as where
  // pixels pass from one nearest reflection to another, they are not judged by.
  bool difference_converges = true;
  bool agrees = true;
};

// One row a variable, in their order. Throws Error where no pixel is rendered, UsageError for an
// amplitude that the table does not hold or a panel that is not there.
std::vector<CheckedDerivative> check_gradients(const Experiment& experiment,
                                               const GradientCheckOptions& options);

}  // namespace nanobragg::refine
