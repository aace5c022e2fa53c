// Weighted least squares of four numbers a box, of which three stand in one box alone.
#include "nanobragg/refine/shots/box_fit.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace nanobragg::refine {
namespace {

using Eigen::Matrix3d;
using Eigen::Vector3d;

constexpr int kMostRounds = 50;
constexpr double kSettled = 1e-6;

Vector3d basis_of(const BoxView& box, std::size_t i) {
  return {box.basis[i][0], box.basis[i][1], box.basis[i][2]};
}

double deviation(const BoxView& box, const std::array<double, 3>& plane, double factor,
                 std::size_t i) {
  const auto& b = box.basis[i];
  const double background = plane[0] * b[0] + plane[1] * b[1] + plane[2] * b[2];
  return (box.observed[i] - background - factor * box.spot[i]) / std::sqrt(box.variance[i]);
}

// A box with weights of its pixels: its plane follows the factor.
struct WeightedBox {
  Matrix3d planes = Matrix3d::Zero();  // of the plane by itself
  Vector3d with_spot = Vector3d::Zero(), with_observed = Vector3d::Zero();
  double spot_spot = 0.0, spot_observed = 0.0;
  Eigen::LDLT<Matrix3d> factored;

  void factor() {
    // A box whose pixels stand in one row has no slope across it.
    constexpr double kRidge = 1e-9;
    planes.diagonal().array() += kRidge * planes.trace();
    factored.compute(planes);
  }
  Vector3d plane_at(double factor_of_spot) const {
    return factored.solve(with_observed - factor_of_spot * with_spot);
  }
  // Of the factor alone, after the plane.
  double curvature() const { return spot_spot - with_spot.dot(factored.solve(with_spot)); }
  double pull() const { return spot_observed - with_spot.dot(factored.solve(with_observed)); }
};

// `previous`: null in the first round, in which no pixel counts less.
WeightedBox weighted(const BoxView& box, const Robust& robust, const std::array<double, 3>* plane,
                     double factor) {
  WeightedBox out;
  for (std::size_t i = 0; i < box.observed.size(); ++i) {
    double weight = 1.0 / box.variance[i];
    if (plane != nullptr) weight *= robust.weight(deviation(box, *plane, factor, i));
    const Vector3d b = basis_of(box, i);
    out.planes += weight * b * b.transpose();
    out.with_spot += weight * box.spot[i] * b;
    out.with_observed += weight * box.observed[i] * b;
    out.spot_spot += weight * box.spot[i] * box.spot[i];
    out.spot_observed += weight * box.spot[i] * box.observed[i];
  }
  out.factor();
  return out;
}

double prior_weight(const FactorPrior& prior) { return 1.0 / (prior.sigma * prior.sigma); }

// Of all boxes, as a function of the factor f: ½·curvature·f² − pull·f.
struct Parabola {
  double curvature = 0.0, pull = 0.0;
};

Parabola parabola_of(const std::vector<WeightedBox>& boxes) {
  Parabola out;
  for (const WeightedBox& box : boxes) {
    out.curvature += box.curvature();
    out.pull += box.pull();
  }
  return out;
}

// By Newton's steps in the logarithm, with the curvature that is never negative.
double best_factor(const Parabola& pixels, const FactorPrior& prior, double start) {
  if (prior.sigma == 0.0) return prior.mean;
  const double weight = prior_weight(prior);
  const double middle = std::log(prior.mean);
  double u = std::log(start);
  constexpr int kMostSteps = 40;
  constexpr double kLongest = 2.0;
  for (int i = 0; i < kMostSteps; ++i) {
    const double f = std::exp(u);
    const double slope = f * (pixels.curvature * f - pixels.pull) + weight * (u - middle);
    const double safe = 2.0 * pixels.curvature * f * f + std::max(-pixels.pull * f, 0.0) + weight;
    const double exact = 2.0 * pixels.curvature * f * f - pixels.pull * f + weight;
    const double step = slope / (exact > 0.25 * safe ? exact : safe);
    u -= std::clamp(step, -kLongest, kLongest);
    if (std::abs(step) < 1e-10) break;
  }
  return std::exp(u);
}

}  // namespace

double Robust::weight(double deviation) const {
  const double size = std::abs(deviation);
  return size <= limit ? 1.0 : limit / size;
}

double Robust::loss(double deviation) const {
  const double size = std::abs(deviation);
  return size <= limit ? 0.5 * size * size : limit * (size - 0.5 * limit);
}

BoxFit BoxGroup::fit() const {
  BoxFit out;
  out.planes.resize(boxes_.size());
  std::vector<WeightedBox> weights(boxes_.size());
  for (int round = 0; round < kMostRounds; ++round) {
    for (std::size_t i = 0; i < boxes_.size(); ++i) {
      weights[i] = weighted(boxes_[i], robust_, round == 0 ? nullptr : &out.planes[i], out.factor);
    }
    const double factor = best_factor(parabola_of(weights), prior_, out.factor);
    double change = round == 0 ? 1.0 : std::abs(factor - out.factor) / (1.0 + out.factor);
    out.factor = factor;
    for (std::size_t i = 0; i < boxes_.size(); ++i) {
      const Vector3d plane = weights[i].plane_at(factor);
      for (Eigen::Index k = 0; k < 3; ++k) {
        double& known = out.planes[i][static_cast<std::size_t>(k)];
        change = std::max(change, std::abs(plane[k] - known) / (1.0 + std::abs(known)));
        known = plane[k];
      }
    }
    if (change < kSettled || (std::isinf(robust_.limit) && round > 0)) break;
  }
  const Parabola pixels = parabola_of(weights);
  out.information = pixels.curvature;
  out.alone = pixels.curvature > 0.0 ? pixels.pull / pixels.curvature : 0.0;
  if (prior_.sigma > 0.0) {
    const double off = std::log(out.factor / prior_.mean);
    out.loss += 0.5 * prior_weight(prior_) * off * off;
  }
  for (std::size_t i = 0; i < boxes_.size(); ++i) {
    for (std::size_t j = 0; j < boxes_[i].observed.size(); ++j) {
      const double off = deviation(boxes_[i], out.planes[i], out.factor, j);
      out.loss += robust_.loss(off);
      out.chi_squared += std::min(off * off, robust_.limit * robust_.limit);
    }
  }
  return out;
}

void BoxGroup::add_normal_equations(const BoxFit& fit, std::span<const SpotSlopes> slopes,
                                    Evaluation& to) const {
  const auto n = static_cast<Eigen::Index>(to.gradient.size());
  Eigen::MatrixXd own = Eigen::MatrixXd::Zero(n, n);
  Eigen::VectorXd gradient = Eigen::VectorXd::Zero(n), by_factor = Eigen::VectorXd::Zero(n);
  double curvature = 0.0;
  Eigen::VectorXd row(n);
  for (std::size_t k = 0; k < boxes_.size(); ++k) {
    const BoxView& box = boxes_[k];
    const WeightedBox weights = weighted(box, robust_, &fit.planes[k], fit.factor);
    Eigen::Matrix3Xd with_plane = Eigen::Matrix3Xd::Zero(3, n);
    Eigen::VectorXd with_spot = Eigen::VectorXd::Zero(n);
    for (std::size_t j = 0; j < box.observed.size(); ++j) {
      for (Eigen::Index c = 0; c < n; ++c) {
        row[c] = slopes[k].rows[static_cast<std::size_t>(c) * slopes[k].stride + j];
      }
      if (row.isZero(0.0)) continue;
      const double off = deviation(box, fit.planes[k], fit.factor, j);
      const double weight = robust_.weight(off) / box.variance[j];
      gradient -= fit.factor * robust_.weight(off) * off / std::sqrt(box.variance[j]) * row;
      own.selfadjointView<Eigen::Lower>().rankUpdate(row, weight);
      with_plane += weight * basis_of(box, j) * row.transpose();
      with_spot += weight * box.spot[j] * row;
    }
    own -= with_plane.transpose() * weights.factored.solve(with_plane);
    by_factor += with_spot - with_plane.transpose() * weights.factored.solve(weights.with_spot);
    curvature += weights.curvature();
  }
  const double f2 = fit.factor * fit.factor;
  own *= f2;
  // The logarithm of the factor follows.
  if (prior_.sigma > 0.0) {
    own -= f2 * f2 / (f2 * curvature + prior_weight(prior_)) * by_factor * by_factor.transpose();
  }
  for (Eigen::Index i = 0; i < n; ++i) {
    to.gradient[static_cast<std::size_t>(i)] += gradient[i];
    for (Eigen::Index j = 0; j < n; ++j) {
      to.normal[static_cast<std::size_t>(i * n + j)] += own(std::max(i, j), std::min(i, j));
    }
  }
}

}  // namespace nanobragg::refine
