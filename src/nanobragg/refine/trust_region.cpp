// Gives Ceres the streamed normal equations as a small least-squares problem: their root.
#include "nanobragg/refine/trust_region.hpp"

#include <ceres/ceres.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "nanobragg/refine/ceres_ending.hpp"
#include "nanobragg/refine/damping.hpp"

namespace nanobragg::refine {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// S and r with SᵀS = N and Sᵀr = g: from the eigenvectors of N, whose null space is left out.
struct Root {
  RowMajor jacobian;
  Eigen::VectorXd residuals;
};

Root root_of(std::span<const double> matrix, std::span<const double> slope) {
  const auto n = static_cast<Eigen::Index>(slope.size());
  const Eigen::Map<const Eigen::MatrixXd> normal(matrix.data(), n, n);
  const Eigen::Map<const Eigen::VectorXd> gradient(slope.data(), n);
  // Scaled to a unit diagonal, so that what is small does not depend on units.
  Eigen::VectorXd scale = normal.diagonal().cwiseMax(std::numeric_limits<double>::min());
  scale = scale.cwiseSqrt();
  const Eigen::MatrixXd scaled =
      scale.cwiseInverse().asDiagonal() * normal * scale.cwiseInverse().asDiagonal();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(scaled);
  constexpr double kNull = 1e-13;
  Eigen::VectorXd roots = eigen.eigenvalues();
  Eigen::VectorXd inverse = roots;
  for (Eigen::Index i = 0; i < n; ++i) {
    roots[i] = roots[i] > kNull ? std::sqrt(roots[i]) : 0.0;
    inverse[i] = roots[i] > 0.0 ? 1.0 / roots[i] : 0.0;
  }
  const Eigen::MatrixXd& vectors = eigen.eigenvectors();
  return {
      roots.asDiagonal() * vectors.transpose() * scale.asDiagonal(),
      inverse.asDiagonal() * vectors.transpose() * scale.cwiseInverse().asDiagonal() * gradient};
}

// A coordinate at a bound, beyond which the loss falls, stays there: without its slope, and what
// the others owe to it, they take the steps that they can.
Evaluation with_bounds(Evaluation at, const NormalLoss& of, std::span<const double> x) {
  constexpr double kAtBound = 1e-9;
  const std::size_t n = x.size();
  for (std::size_t i = 0; i < n; ++i) {
    const double near = kAtBound * of.usual_step()[i];
    const bool is_stopped = (x[i] <= of.lower()[i] + near && at.gradient[i] > 0.0) ||
                            (x[i] >= of.upper()[i] - near && at.gradient[i] < 0.0);
    if (!is_stopped) continue;
    at.gradient[i] = 0.0;
    for (std::size_t j = 0; j < n; ++j) {
      if (j != i) at.normal[i * n + j] = at.normal[j * n + i] = 0.0;
    }
  }
  return at;
}

// How much less loss the quadratic model has at its minimum.
double promise(const Evaluation& at) {
  if (at.gradient.empty()) return 0.0;
  return root_of(at.normal, at.gradient).residuals.squaredNorm() / 2.0;
}

// The residuals r and one more that makes half their sum of squares the loss plus a constant, which
// keeps that one real: its derivative is zero, as Sᵀr is the whole gradient.
class NormalResiduals : public ceres::CostFunction {
 public:
  NormalResiduals(const NormalLoss& objective, double constant)
      : objective_(objective), evaluations_(objective), constant_(constant) {
    set_num_residuals(static_cast<int>(objective.size()) + 1);
    mutable_parameter_block_sizes()->push_back(static_cast<int>(objective.size()));
  }

  bool Evaluate(double const* const* parameters, double* residuals,
                double** jacobians) const override {
    const std::size_t n = objective_.size();
    const bool with_jacobian = jacobians != nullptr && jacobians[0] != nullptr;
    const auto at =
        evaluations_.at({parameters[0], n}, with_jacobian ? Wanted::curvature : Wanted::loss);
    if (!at) return false;
    if (best_x_.empty() || at->loss < best_loss_) {
      best_loss_ = at->loss;
      best_x_.assign(parameters[0], parameters[0] + n);
    }
    Eigen::Map<Eigen::VectorXd> out(residuals, static_cast<Eigen::Index>(n) + 1);
    out.setZero();
    if (with_jacobian) {
      const Evaluation free = with_bounds(*at, objective_, {parameters[0], n});
      const Root root = root_of(damped(free, objective_.usual_step()), free.gradient);
      out.head(static_cast<Eigen::Index>(n)) = root.residuals;
      RowMajor jacobian = RowMajor::Zero(out.size(), static_cast<Eigen::Index>(n));
      jacobian.topRows(static_cast<Eigen::Index>(n)) = root.jacobian;
      std::copy_n(jacobian.data(), jacobian.size(), jacobians[0]);
      last_ = *at;
      promised_ = promise(free);
    }
    const double rest = 2.0 * (at->loss + constant_) - out.squaredNorm();
    out[out.size() - 1] = std::sqrt(std::max(rest, 0.0));
    return true;
  }

  // Whether an evaluation was stopped; none is begun afterwards.
  bool stopped() const { return evaluations_.stopped(); }
  // Where the derivatives were last computed: the state that the iteration has reached.
  const Evaluation& last() const { return last_; }
  double promised() const { return promised_; }
  // Where the loss was least.
  const std::vector<double>& best() const { return best_x_; }
  double best_loss() const { return best_loss_; }

 private:
  const NormalLoss& objective_;
  mutable Evaluations evaluations_;
  const double constant_;
  mutable Evaluation last_;
  mutable double promised_ = 0.0;
  mutable std::vector<double> best_x_;
  mutable double best_loss_ = 0.0;
};

class Watch : public ceres::IterationCallback {
 public:
  // Ends where the predicted decrease is at most `enough` by the χ² of a pixel.
  Watch(const NormalResiduals& residuals, Recorder& recorder, double enough, std::size_t pixels)
      : residuals_(residuals), recorder_(recorder), enough_(enough), pixels_(pixels) {}

  ceres::CallbackReturnType operator()(const ceres::IterationSummary& summary) override {
    if (residuals_.stopped()) return ceres::SOLVER_TERMINATE_SUCCESSFULLY;
    if (summary.iteration > 0 && !summary.step_is_successful) return ceres::SOLVER_CONTINUE;
    const Evaluation& at = residuals_.last();
    const Flow flow = recorder_.record(
        {.loss = at.loss, .gradient = norm(at.gradient), .step = summary.step_norm});
    if (flow == Flow::stop) return ceres::SOLVER_TERMINATE_SUCCESSFULLY;
    const double chi_squared = at.chi_squared / static_cast<double>(pixels_);
    if (residuals_.promised() < enough_ * std::max(1.0, chi_squared)) {
      converged = true;
      return ceres::SOLVER_TERMINATE_SUCCESSFULLY;
    }
    return ceres::SOLVER_CONTINUE;
  }

  bool converged = false;

 private:
  const NormalResiduals& residuals_;
  Recorder& recorder_;
  const double enough_;
  const std::size_t pixels_;
};

ceres::Solver::Options solver_options(int iterations) {
  ceres::Solver::Options options;
  options.max_num_iterations = iterations;
  options.linear_solver_type = ceres::DENSE_QR;
  options.logging_type = ceres::SILENT;
  options.update_state_every_iteration = true;
  // The loss has a constant added, so its relative change says little.
  options.function_tolerance = 1e-15;
  options.gradient_tolerance = 0.0;
  options.parameter_tolerance = 1e-13;
  options.max_num_consecutive_invalid_steps = 20;
  return options;
}

}  // namespace

bool solve(const NormalLoss& objective, Minimum& minimum, int iterations, Recorder& recorder,
           double remaining) {
  const auto start = objective.evaluate(minimum.x, Wanted::curvature);
  if (!start) {
    minimum.outcome = Outcome::diverged;
    minimum.why = "the loss is not finite";
    return false;
  }
  // Larger than the predicted decrease of any state on the way: else the loss there is too high,
  // and the solver takes steps that raise it.
  constexpr double kRoom = 1e4;
  auto* residuals =
      new NormalResiduals(objective, kRoom * promise(with_bounds(*start, objective, minimum.x)) +
                                         std::abs(start->loss) + 1.0);
  ceres::Problem problem;  // owns the residuals
  problem.AddResidualBlock(residuals, nullptr, minimum.x.data());
  for (std::size_t i = 0; i < minimum.x.size(); ++i) {
    const int index = static_cast<int>(i);
    if (std::isfinite(objective.lower()[i])) {
      problem.SetParameterLowerBound(minimum.x.data(), index, objective.lower()[i]);
    }
    if (std::isfinite(objective.upper()[i])) {
      problem.SetParameterUpperBound(minimum.x.data(), index, objective.upper()[i]);
    }
  }
  Watch watch(*residuals, recorder, remaining, objective.pixels());
  ceres::Solver::Options options = solver_options(iterations);
  options.callbacks = {&watch};
  ceres::Solver::Summary summary;
  ceres::Solve(options, &problem, &summary);
  if (residuals->stopped()) {
    if (!residuals->best().empty()) minimum.x = residuals->best();
    stop(minimum);
    return false;
  }
  // The watch ends a run for two reasons.
  const bool enough = watch.converged;
  end(minimum, enough ? ceres::CONVERGENCE : summary.termination_type,
      enough ? "no step is expected to lower the loss by more than the noise" : "the steps vanish");
  const auto last = objective.evaluate(minimum.x, Wanted::loss);
  const bool has_better =
      !residuals->best().empty() && (!last || last->loss > residuals->best_loss() + kRemaining);
  if (has_better) {
    minimum.x = residuals->best();
    if (minimum.outcome == Outcome::converged) {
      minimum.outcome = Outcome::out_of_iterations;
      minimum.why = "it left a better state, which is kept";
    }
  }
  return minimum.outcome == Outcome::out_of_iterations;
}

}  // namespace nanobragg::refine
