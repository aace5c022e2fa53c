// Levenberg–Marquardt on an objective: first on a softened loss, then on the one that is asked for.
#include <algorithm>
#include <cmath>

#include "nanobragg/refine/minimise.hpp"
#include "nanobragg/refine/trust_region.hpp"

namespace nanobragg::refine {
namespace {

constexpr int kIterations = 100;
// Further loss that ends a softened run: it needs no more than that.
constexpr double kSoftRemaining = 0.5;

// Moves to where a soft loss is least, if that lowers the loss that is asked for.
void soften(Objective& objective, const Options& options, Minimum& minimum, Recorder& recorder) {
  constexpr int kSoftIterations = 20;
  LossOptions soft = options.loss;
  soft.kind = LossKind::gaussian;
  soft.variance = Variance::model;
  soft.read_noise = std::max(soft.read_noise, std::sqrt(objective.typical_brightness()));
  const auto before = objective.evaluate(minimum.x, Wanted::loss);
  Minimum moved = minimum;
  objective.set_loss(soft);
  recorder.begin(Stage::softened);
  solve(objective, moved, kSoftIterations, recorder, kSoftRemaining);
  objective.set_loss(options.loss);
  recorder.begin(Stage::asked_for);
  // With the matrix, from which the next run starts.
  const bool is_interrupted = moved.outcome == Outcome::interrupted;
  const auto after = objective.evaluate(moved.x, is_interrupted ? Wanted::loss : Wanted::curvature);
  if (after && (!before || after->loss < before->loss)) minimum.x = moved.x;
  if (is_interrupted) minimum.outcome = Outcome::interrupted;
}

// By the stages of the method.
void descend(Objective& objective, const Options& options, Minimum& minimum, int iterations,
             Recorder& recorder) {
  if (std::holds_alternative<RandomPixels>(options.pixels)) {
    // Other pixels for every step; what one set calls converged another may not.
    const int rounds = options.iterations > 0 ? options.iterations : 20;
    for (int round = 0; round < rounds; ++round) {
      objective.draw_pixels(static_cast<std::size_t>(round));
      solve(objective, minimum, 1, recorder, 0.0);
      if (minimum.outcome == Outcome::interrupted) break;
    }
    if (minimum.outcome == Outcome::out_of_iterations) {
      minimum.outcome = Outcome::converged;
      minimum.why = "all draws of pixels are done";
    }
  } else {
    soften(objective, options, minimum, recorder);
    if (minimum.outcome != Outcome::interrupted) {
      solve(objective, minimum, iterations, recorder, kRemaining);
    } else {
      minimum.why = "it was interrupted";
    }
  }
}

}  // namespace

void stop(Minimum& minimum) {
  minimum.outcome = Outcome::interrupted;
  minimum.why = "it was interrupted";
}

double norm(std::span<const double> v) {
  double sum = 0.0;
  for (const double value : v) sum += value * value;
  return std::sqrt(sum);
}

Flow Recorder::record(Step step) {
  step.stage = stage_;
  step.iteration = static_cast<int>(history_.size());
  step.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  history_.push_back(step);
  return monitor_ ? monitor_(step) : Flow::go_on;
}

Minimum minimise_lm(Objective& objective, const Options& options, const Monitor& monitor) {
  Recorder recorder(monitor);
  Minimum minimum{.x = std::vector<double>(objective.size()), .why = {}, .history = {}};
  const int iterations = options.iterations > 0 ? options.iterations : kIterations;
  try {
    descend(objective, options, minimum, iterations, recorder);
  } catch (const Stopped&) {
    stop(minimum);
  }
  minimum.history = recorder.history();
  return minimum;
}

}  // namespace nanobragg::refine
