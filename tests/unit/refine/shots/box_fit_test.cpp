// Planes and factors of boxes: closed forms, brute force and dense algebra.
#include "nanobragg/refine/shots/box_fit.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>
#include <limits>
#include <random>

namespace nanobragg::refine {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
constexpr double kHalf = 4.0;  // pixels from the middle of a box to its edge

// A box of 9 × 9 pixels with a Gaussian spot on a plane.
struct TestBox {
  std::vector<std::array<double, 3>> basis;
  std::vector<double> spot, observed, variance;

  BoxView view() const { return {basis, spot, observed, variance}; }
};

// Photons of a spot at u with the width w, at (x, y).
double gaussian(double x, double y, double u, double w) {
  return 400.0 * std::exp(-((x - u) * (x - u) + y * y) / (2.0 * w * w));
}
double by_place(double x, double y, double u, double w) {
  return gaussian(x, y, u, w) * (x - u) / (w * w);
}
double by_width(double x, double y, double u, double w) {
  return gaussian(x, y, u, w) * ((x - u) * (x - u) + y * y) / (w * w * w);
}

template <class F>
void for_each_pixel(const F& f) {
  for (double y = -kHalf; y <= kHalf; ++y) {
    for (double x = -kHalf; x <= kHalf; ++x) f(x, y);
  }
}

void set_spot(TestBox& box, double u, double w) {
  box.spot.clear();
  for_each_pixel([&](double x, double y) { box.spot.push_back(gaussian(x, y, u, w)); });
}

TestBox box_of(const std::array<double, 3>& plane, double factor, double noise,
               std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  TestBox box;
  set_spot(box, 0.3, 1.2);
  for_each_pixel([&](double x, double y) {
    box.basis.push_back({1.0, x / kHalf, y / kHalf});
    const auto& b = box.basis.back();
    const double expected = plane[0] * b[0] + plane[1] * b[1] + plane[2] * b[2] +
                            factor * box.spot[box.observed.size()];
    box.variance.push_back(expected);
    box.observed.push_back(expected + noise * std::sqrt(expected) * normal(random));
  });
  return box;
}

// Of one box whose plane and factor are given.
double loss_at(const TestBox& box, const std::array<double, 3>& plane, double factor,
               const FactorPrior& prior, const Robust& robust) {
  double sum = 0.5 * std::pow(std::log(factor / prior.mean) / prior.sigma, 2);
  for (std::size_t j = 0; j < box.observed.size(); ++j) {
    const auto& b = box.basis[j];
    const double off = box.observed[j] - plane[0] * b[0] - plane[1] * b[1] - plane[2] * b[2] -
                       factor * box.spot[j];
    sum += robust.loss(off / std::sqrt(box.variance[j]));
  }
  return sum;
}

TEST(BoxFit, FindsThePlaneAndTheFactorThatMadeTheBox) {
  const std::array<double, 3> plane{20.0, 3.0, -2.0};
  const TestBox box = box_of(plane, 1.7, 0.0, 1);
  const BoxFit fit = BoxGroup({box.view()}, {1.0, 1e6}, {kNever}).fit();
  EXPECT_NEAR(fit.factor, 1.7, 1e-6);
  EXPECT_NEAR(fit.alone, 1.7, 1e-6);
  for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(fit.planes.at(0)[k], plane[k], 1e-5);
  EXPECT_NEAR(fit.chi_squared, 0.0, 1e-8);
  EXPECT_NEAR(fit.loss, 0.0, 1e-8);
}

TEST(BoxFit, KeepsAFactorThatIsKnown) {
  const TestBox box = box_of({20.0, 3.0, -2.0}, 1.7, 0.0, 1);
  const BoxFit fit = BoxGroup({box.view()}, {1.2, 0.0}, {kNever}).fit();
  EXPECT_EQ(fit.factor, 1.2);
  EXPECT_NEAR(fit.alone, 1.7, 1e-6);
  EXPECT_GT(fit.chi_squared, 1.0);
}

// What the pixels say of the factor, by the dense normal matrix of plane and factor.
TEST(BoxFit, InformsAsTheInverseOfTheWholeMatrixDoes) {
  const TestBox box = box_of({20.0, 3.0, -2.0}, 1.7, 1.0, 2);
  const BoxFit fit = BoxGroup({box.view()}, {1.0, 1e6}, {kNever}).fit();
  Eigen::Matrix4d normal = Eigen::Matrix4d::Zero();
  Eigen::Vector4d right = Eigen::Vector4d::Zero();
  for (std::size_t j = 0; j < box.observed.size(); ++j) {
    const auto& b = box.basis[j];
    const Eigen::Vector4d row(b[0], b[1], b[2], box.spot[j]);
    normal += row * row.transpose() / box.variance[j];
    right += row * box.observed[j] / box.variance[j];
  }
  const Eigen::Vector4d solution = normal.ldlt().solve(right);
  EXPECT_NEAR(fit.alone, solution[3], 1e-6);
  EXPECT_NEAR(fit.factor, solution[3], 1e-6);
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_NEAR(fit.planes.at(0)[k], solution[static_cast<Eigen::Index>(k)], 1e-4);
  }
  EXPECT_NEAR(1.0 / fit.information, normal.inverse()(3, 3), 1e-7 / fit.information);
}

// Pixels and prior pull at the factor: where their slopes cancel, no other factor is better.
TEST(BoxFit, IsTheLeastOfPixelsAndPrior) {
  for (const double limit : {kNever, 2.5}) {
    TestBox box = box_of({8.0, 1.0, 0.5}, 0.4, 1.0, 3);
    for (double& variance : box.variance) variance *= 40.0;  // of the prior's strength
    box.observed[10] += 300.0;
    const FactorPrior prior{1.0, 0.3};
    const Robust robust{limit};
    const BoxFit fit = BoxGroup({box.view()}, prior, robust).fit();
    EXPECT_GT(fit.factor, fit.alone);
    EXPECT_LT(fit.factor, 1.0);
    EXPECT_NEAR(fit.loss, loss_at(box, fit.planes.at(0), fit.factor, prior, robust), 1e-9);
    for (const double step : {-1e-2, 1e-2}) {
      EXPECT_GT(loss_at(box, fit.planes[0], fit.factor + step, prior, robust), fit.loss);
      for (std::size_t k = 0; k < 3; ++k) {
        auto other = fit.planes[0];
        other[k] += 10.0 * step;
        EXPECT_GT(loss_at(box, other, fit.factor, prior, robust), fit.loss) << limit << " " << k;
      }
    }
  }
}

// Where the pixels ask for less than nothing the factor stays positive, and finite.
TEST(BoxFit, StaysPositiveUnderAHole) {
  TestBox box = box_of({50.0, 0.0, 0.0}, 0.0, 0.0, 4);
  for (std::size_t j = 0; j < box.observed.size(); ++j) box.observed[j] -= 0.1 * box.spot[j];
  const BoxFit fit = BoxGroup({box.view()}, {1.0, 1.28}, {kNever}).fit();
  EXPECT_LT(fit.alone, 0.0);
  EXPECT_GT(fit.factor, 0.0);
  EXPECT_LT(fit.factor, 0.1);
}

TEST(BoxFit, FollowsThePixelsAndNotTheOutlier) {
  TestBox box = box_of({20.0, 3.0, -2.0}, 1.7, 0.0, 1);
  box.observed[0] += 5000.0;
  const FactorPrior none{1.0, 1e6};
  const BoxFit robust = BoxGroup({box.view()}, none, {3.0}).fit();
  const BoxFit square = BoxGroup({box.view()}, none, {kNever}).fit();
  EXPECT_NEAR(robust.planes.at(0)[0], 20.0, 0.6);
  EXPECT_GT(square.planes.at(0)[0], 60.0);
  EXPECT_NEAR(robust.factor, 1.7, 0.02);
  // It counts as 3 deviations.
  EXPECT_NEAR(robust.chi_squared, 9.0, 1.0);
}

TEST(BoxFit, CountsFarPixelsAsHuberDoes) {
  const Robust robust{2.0};
  EXPECT_EQ(robust.weight(1.5), 1.0);
  EXPECT_EQ(robust.weight(-4.0), 0.5);
  EXPECT_EQ(robust.loss(1.5), 1.125);
  EXPECT_EQ(robust.loss(-4.0), 6.0);
  EXPECT_EQ(Robust{kNever}.loss(4.0), 8.0);
}

// A box of one row of pixels says nothing of the slope across it.
TEST(BoxFit, TakesABoxOfOneRow) {
  TestBox all = box_of({20.0, 3.0, 0.0}, 1.7, 0.0, 1);
  constexpr std::size_t kFirst = 36, kCount = 9;
  const auto part = [&](const auto& list) { return std::span(list).subspan(kFirst, kCount); };
  const BoxView row{part(all.basis), part(all.spot), part(all.observed), part(all.variance)};
  const BoxFit fit = BoxGroup({row}, {1.0, 1e6}, {kNever}).fit();
  EXPECT_NEAR(fit.factor, 1.7, 1e-4);
  EXPECT_TRUE(std::isfinite(fit.planes.at(0)[2]));
}

// The place and the width of the spots of two boxes as coordinates.
class BoxGradient : public testing::TestWithParam<double> {
 protected:
  BoxGradient() {
    boxes_.push_back(box_of({20.0, 3.0, -2.0}, 1.3, 1.0, 5));
    boxes_.push_back(box_of({7.0, -1.0, 1.0}, 1.3, 1.0, 6));
    boxes_[0].observed[12] += 60.0;  // beyond any limit
    boxes_[1].observed[40] += 90.0;
  }

  BoxGroup group() const {
    return BoxGroup({boxes_[0].view(), boxes_[1].view()}, prior_, {GetParam()});
  }
  BoxFit fit_at(double u, double w) {
    for (TestBox& box : boxes_) set_spot(box, u, w);
    return group().fit();
  }
  Evaluation evaluation(const BoxFit& fit) const {
    Evaluation out;
    out.gradient.resize(2);
    out.normal.resize(4);
    std::vector<double> rows;
    for (const auto& slope : {by_place, by_width}) {
      for_each_pixel([&](double x, double y) { rows.push_back(slope(x, y, kPlace, kWidth)); });
    }
    const SpotSlopes slopes{rows.data(), boxes_[0].spot.size()};
    group().add_normal_equations(fit, std::vector{slopes, slopes}, out);
    return out;
  }

  static constexpr double kPlace = 0.1, kWidth = 1.4;
  const FactorPrior prior_{1.0, 0.5};
  std::vector<TestBox> boxes_;
};

TEST_P(BoxGradient, IsThatOfDifferences) {
  constexpr double kStep = 1e-4;
  const double by_u = (fit_at(kPlace + kStep, kWidth).loss - fit_at(kPlace - kStep, kWidth).loss);
  const double by_w = (fit_at(kPlace, kWidth + kStep).loss - fit_at(kPlace, kWidth - kStep).loss);
  const Evaluation found = evaluation(fit_at(kPlace, kWidth));
  EXPECT_NEAR(found.gradient[0], by_u / (2.0 * kStep), 2e-4 * std::abs(found.gradient[0]));
  EXPECT_NEAR(found.gradient[1], by_w / (2.0 * kStep), 2e-4 * std::abs(found.gradient[1]));
}

// Coordinates, both planes and the logarithm of the factor as the parameters of one matrix, from
// which all but the coordinates are eliminated.
TEST_P(BoxGradient, HasTheNormalMatrixOfDenseElimination) {
  const BoxFit fit = fit_at(kPlace, kWidth);
  const Evaluation found = evaluation(fit);
  constexpr Eigen::Index kOwn = 2, kAll = kOwn + 7;
  Eigen::MatrixXd normal = Eigen::MatrixXd::Zero(kAll, kAll);
  const Robust robust{GetParam()};
  for (std::size_t k = 0; k < boxes_.size(); ++k) {
    const TestBox& box = boxes_[k];
    std::size_t j = 0;
    for_each_pixel([&](double x, double y) {
      const auto& b = box.basis[j];
      const auto& plane = fit.planes[k];
      Eigen::VectorXd row = Eigen::VectorXd::Zero(kAll);
      row[0] = fit.factor * by_place(x, y, kPlace, kWidth);
      row[1] = fit.factor * by_width(x, y, kPlace, kWidth);
      for (std::size_t c = 0; c < 3; ++c) {
        row[kOwn + static_cast<Eigen::Index>(3 * k + c)] = b[c];
      }
      row[kAll - 1] = fit.factor * box.spot[j];  // by the logarithm
      const double off = box.observed[j] - plane[0] * b[0] - plane[1] * b[1] - plane[2] * b[2] -
                         fit.factor * box.spot[j];
      const double weight = robust.weight(off / std::sqrt(box.variance[j])) / box.variance[j];
      normal += weight * row * row.transpose();
      ++j;
    });
  }
  normal(kAll - 1, kAll - 1) += 1.0 / (prior_.sigma * prior_.sigma);
  const Eigen::MatrixXd rest = normal.bottomRightCorner(kAll - kOwn, kAll - kOwn);
  const Eigen::MatrixXd mixed = normal.bottomLeftCorner(kAll - kOwn, kOwn);
  const Eigen::Matrix2d expected =
      normal.topLeftCorner(kOwn, kOwn) - mixed.transpose() * rest.ldlt().solve(mixed);
  const double size = expected.cwiseAbs().maxCoeff();
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(found.normal[i],
                expected(static_cast<Eigen::Index>(i / 2), static_cast<Eigen::Index>(i % 2)),
                1e-6 * size)
        << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Limits, BoxGradient, testing::Values(kNever, 3.0));

}  // namespace
}  // namespace nanobragg::refine
