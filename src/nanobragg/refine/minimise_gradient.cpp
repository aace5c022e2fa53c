// The methods that need the gradient alone.
#include <ceres/ceres.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "nanobragg/base/error.hpp"
#include "nanobragg/refine/ceres_ending.hpp"
#include "nanobragg/refine/damping.hpp"
#include "nanobragg/refine/minimise.hpp"

namespace nanobragg::refine {
namespace {

constexpr int kIterations = 200;

// Keeps the state of lowest loss.
class Best {
 public:
  explicit Best(std::size_t size) : x_(size) {}
  void look(double loss, std::span<const double> x) {
    if (!(loss < loss_)) return;
    loss_ = loss;
    x_.assign(x.begin(), x.end());
  }
  const std::vector<double>& x() const { return x_; }
  double loss() const { return loss_; }

 private:
  double loss_ = std::numeric_limits<double>::infinity();
  std::vector<double> x_;
};

std::vector<double> within_bounds(const Objective& objective, std::vector<double> x) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = std::clamp(x[i], objective.lower()[i], objective.upper()[i]);
  }
  return x;
}

// x = x₀ + L⁻ᵀ z with LLᵀ the damped normal matrix at x₀: there the loss is as steep in all
// directions. Amplitudes that are too many for a matrix have such a scale already.
class Whitened {
 public:
  Whitened(const Objective& objective, std::span<const double> x)
      : objective_(objective),
        n_(static_cast<Eigen::Index>(objective.matrix_size())),
        origin_(x.begin(), x.end()) {
    if (n_ == 0) return;
    const auto at = objective.evaluate(x, Wanted::curvature);
    Eigen::MatrixXd normal = Eigen::MatrixXd::Identity(n_, n_);
    if (at) {
      const auto damping = damped(*at, objective.usual_step().first(objective.matrix_size()));
      normal = Eigen::Map<const Eigen::MatrixXd>(damping.data(), n_, n_);
    }
    normal.diagonal() *= 1.0 + 1e-9;
    factor_ = normal.llt();
  }

  // Clamped to the bounds: beyond them the loss is constant. Unset far from x₀, where these units
  // mean nothing and a parameter may lose its effect.
  std::optional<std::vector<double>> x(std::span<const double> z) const {
    std::vector<double> out(z.begin(), z.end());
    Eigen::Map<Eigen::VectorXd> head(out.data(), n_);
    if (n_ > 0) head = factor_.matrixU().solve(head);
    for (std::size_t i = 0; i < objective_.matrix_size(); ++i) {
      if (!(std::abs(out[i]) <= kFar * objective_.usual_step()[i])) return std::nullopt;
    }
    for (std::size_t i = 0; i < out.size(); ++i) out[i] += origin_[i];
    return within_bounds(objective_, std::move(out));
  }
  std::vector<double> gradient(std::span<const double> x, std::span<const double> by_x) const {
    std::vector<double> out(by_x.begin(), by_x.end());
    for (std::size_t i = 0; i < out.size(); ++i) {
      const bool held = (x[i] <= objective_.lower()[i] && out[i] > 0.0) ||
                        (x[i] >= objective_.upper()[i] && out[i] < 0.0);
      if (held) out[i] = 0.0;
    }
    Eigen::Map<Eigen::VectorXd> head(out.data(), n_);
    if (n_ > 0) head = factor_.matrixL().solve(head);
    return out;
  }

 private:
  static constexpr double kFar = 3.0;

  const Objective& objective_;
  const Eigen::Index n_;
  const std::vector<double> origin_;
  Eigen::LLT<Eigen::MatrixXd> factor_;
};

class LossFunction : public ceres::FirstOrderFunction {
 public:
  LossFunction(const Objective& objective, const Whitened& whitened, Best& best)
      : objective_(objective), evaluations_(objective), whitened_(whitened), best_(best) {}

  int NumParameters() const override { return static_cast<int>(objective_.size()); }

  bool Evaluate(const double* z, double* cost, double* gradient) const override {
    const auto x = whitened_.x({z, objective_.size()});
    if (!x) return false;
    const auto at = evaluations_.at(*x, gradient ? Wanted::gradient : Wanted::loss);
    if (!at) return false;
    best_.look(at->loss, *x);
    *cost = at->loss;
    if (gradient) std::ranges::copy(whitened_.gradient(*x, at->gradient), gradient);
    return true;
  }

  // Whether an evaluation was stopped; none is begun afterwards.
  bool stopped() const { return evaluations_.stopped(); }

 private:
  const Objective& objective_;
  mutable Evaluations evaluations_;
  const Whitened& whitened_;
  Best& best_;
};

class Watch : public ceres::IterationCallback {
 public:
  explicit Watch(Recorder& recorder) : recorder_(recorder) {}
  ceres::CallbackReturnType operator()(const ceres::IterationSummary& s) override {
    // Where one round begins another has ended.
    if (s.iteration == 0 && !recorder_.history().empty()) return ceres::SOLVER_CONTINUE;
    const Flow flow =
        recorder_.record({.loss = s.cost, .gradient = s.gradient_norm, .step = s.step_norm});
    return flow == Flow::go_on ? ceres::SOLVER_CONTINUE : ceres::SOLVER_TERMINATE_SUCCESSFULLY;
  }

 private:
  Recorder& recorder_;
};

// One unit of a coordinate is one standard uncertainty.
constexpr double kFlat = 1e-2;
// Less of the loss lets no parameter move by more than a few percent of that.
constexpr double kShows = 1e-4;

ceres::GradientProblemSolver::Options solver_options(int iterations) {
  ceres::GradientProblemSolver::Options options;
  options.max_num_iterations = iterations;
  options.logging_type = ceres::SILENT;
  options.gradient_tolerance = kFlat;
  options.function_tolerance = 1e-12;
  options.parameter_tolerance = 1e-12;
  return options;
}

// In rounds: units that are right at their start may be wrong where they lead.
void descend(const Objective& objective, int most, Best& best, Minimum& minimum,
             Recorder& recorder) {
  Watch watch(recorder);
  for (int done = 0; done <= most;) {
    const double before = best.loss();
    const Whitened whitened(objective, minimum.x);
    auto* const function = new LossFunction(objective, whitened, best);
    ceres::GradientProblem problem(function);  // owns it
    auto solver = solver_options(most - done);
    solver.callbacks = {&watch};
    std::vector<double> z(objective.size());
    ceres::GradientProblemSolver::Summary summary;
    ceres::Solve(solver, problem, z.data(), &summary);
    minimum.x = best.x();
    if (function->stopped()) throw Stopped{};
    end(minimum, summary.termination_type, "the gradient vanishes");
    const auto steps = std::max<std::size_t>(summary.iterations.size(), 1) - 1;
    done += static_cast<int>(steps);
    const bool lower = before - best.loss() > kShows;
    if (minimum.outcome == Outcome::interrupted || steps == 0 || !lower) break;
  }
}

}  // namespace

Minimum minimise_lbfgs(Objective& objective, const Options& options, const Monitor& monitor) {
  if (std::holds_alternative<RandomPixels>(options.pixels)) {
    throw UsageError(
        "random pixels with the method lbfgs (it learns the curvature from steps on "
        "the same pixels)",
        "", "take lm or adam");
  }
  const int most = options.iterations > 0 ? options.iterations : kIterations;
  Recorder recorder(monitor);
  Best best(objective.size());
  Minimum minimum{.x = std::vector<double>(objective.size()), .why = {}, .history = {}};
  try {
    descend(objective, most, best, minimum, recorder);
  } catch (const Stopped&) {
    minimum.x = best.x();
    stop(minimum);
  }
  minimum.history = recorder.history();
  return minimum;
}

Minimum minimise_adam(Objective& objective, const Options& options, const Monitor& monitor) {
  constexpr double kFirstMemory = 0.9, kSecondMemory = 0.99, kSmall = 1e-12;
  constexpr double kStep = 0.1, kLastStep = 0.001;
  const bool redraws = std::holds_alternative<RandomPixels>(options.pixels);
  const int iterations = options.iterations > 0 ? options.iterations : kIterations;
  const std::size_t n = objective.size();
  Recorder recorder(monitor);
  Best best(n);
  Minimum minimum{.x = std::vector<double>(n),
                  .outcome = Outcome::out_of_iterations,
                  .why = "all iterations are done",
                  .history = {}};
  std::vector<double> x(n), first(n), second(n);
  double moved = 0.0;
  for (int t = 0; t <= iterations; ++t) {
    objective.draw_pixels(static_cast<std::size_t>(t));
    std::optional<Evaluation> at;
    try {
      at = objective.evaluate(x, Wanted::gradient);
    } catch (const Stopped&) {
      stop(minimum);
      break;
    }
    if (!at) {
      minimum.outcome = Outcome::diverged;
      minimum.why = "a step led to values that make no experiment";
      break;
    }
    best.look(redraws ? -static_cast<double>(t) : at->loss, x);
    if (recorder.record({.loss = at->loss, .gradient = norm(at->gradient), .step = moved}) ==
        Flow::stop) {
      stop(minimum);
      break;
    }
    const double rate = kStep * std::pow(kLastStep / kStep, static_cast<double>(t) / iterations);
    const std::vector<double> before = x;
    for (std::size_t i = 0; i < n; ++i) {
      const double g = at->gradient[i];
      first[i] = std::lerp(g, first[i], kFirstMemory);
      second[i] = std::lerp(g * g, second[i], kSecondMemory);
      const double mean = first[i] / (1.0 - std::pow(kFirstMemory, t + 1));
      const double square = second[i] / (1.0 - std::pow(kSecondMemory, t + 1));
      x[i] -= rate * mean / (std::sqrt(square) + kSmall);
    }
    x = within_bounds(objective, std::move(x));
    moved = 0.0;
    for (std::size_t i = 0; i < n; ++i) moved += (x[i] - before[i]) * (x[i] - before[i]);
    moved = std::sqrt(moved);
  }
  minimum.x = best.x();
  minimum.history = recorder.history();
  return minimum;
}

}  // namespace nanobragg::refine
