// Finds the damping by trial: a matrix of a few parameters costs nothing beside an image.
#include "nanobragg/refine/damping.hpp"

#include <Eigen/Cholesky>

namespace nanobragg::refine {

std::vector<double> damped(const Evaluation& at, std::span<const double> usual_step) {
  const auto n = static_cast<Eigen::Index>(at.gradient.size());
  const Eigen::Map<const Eigen::MatrixXd> normal(at.normal.data(), n, n);
  const Eigen::Map<const Eigen::VectorXd> gradient(at.gradient.data(), n);
  const Eigen::Map<const Eigen::ArrayXd> steps(usual_step.data(), n);
  const auto is_short = [&](const Eigen::MatrixXd& matrix) {
    const Eigen::LLT<Eigen::MatrixXd> factor(matrix);
    if (factor.info() != Eigen::Success) return false;
    return (factor.solve(gradient).array().abs() <= steps).all();
  };
  // One unit of the coordinates in which every usual step is 1.
  const Eigen::ArrayXd unit = steps.square().inverse();
  const double steepest = (normal.diagonal().array() * steps.square()).maxCoeff();
  if (!(steepest > 0.0)) return at.normal;
  Eigen::MatrixXd out = normal;
  constexpr double kLeast = 1e-8, kMost = 1e8, kStep = 4.0;
  for (double share = kLeast; !is_short(out) && share < kMost; share *= kStep) {
    out = normal;
    out.diagonal().array() += share * steepest * unit;
  }
  return {out.data(), out.data() + out.size()};
}

}  // namespace nanobragg::refine
