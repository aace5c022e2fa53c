// The methods: each goes from x = 0 to a minimum of the objective.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "nanobragg/refine/objective.hpp"
#include "nanobragg/refine/problem.hpp"

namespace nanobragg::refine {

struct Minimum {
  std::vector<double> x;  // the best that was seen
  Outcome outcome = Outcome::converged;
  std::string why;
  std::vector<Step> history;
};

// Records iterations and stops where the monitor says so.
class Recorder {
 public:
  explicit Recorder(const Monitor& monitor) : monitor_(monitor) {}

  void begin(Stage stage) { stage_ = stage; }
  // `step` is complete but for its stage, number and time.
  Flow record(Step step);
  const std::vector<Step>& history() const { return history_; }

 private:
  const Monitor& monitor_;
  Stage stage_ = Stage::asked_for;
  std::vector<Step> history_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

// Trust region on the normal equations (Levenberg 1944, Marquardt 1963), by Ceres. Converged where
// the quadratic model predicts less than 1e-4 of further loss: every coordinate is then within
// 1.5 % of its standard uncertainty.
Minimum minimise_lm(Objective& objective, const Options& options, const Monitor& monitor);

// Limited-memory BFGS (Nocedal 1980) with a Wolfe line search, by Ceres, in coordinates in which
// the normal matrix at the start is the unit matrix.
Minimum minimise_lbfgs(Objective& objective, const Options& options, const Monitor& monitor);

// Adam (Kingma & Ba 2015, arXiv:1412.6980) with steps that fall to a hundredth.
Minimum minimise_adam(Objective& objective, const Options& options, const Monitor& monitor);

// Ends a method at what is there.
void stop(Minimum& minimum);

double norm(std::span<const double> v);

}  // namespace nanobragg::refine
