// The trust region on losses with a known minimum.
#include "nanobragg/refine/trust_region.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace nanobragg::refine {
namespace {

constexpr double kFree = std::numeric_limits<double>::infinity();

// Rosenbrock's: residuals 10(y − x²) and 1 − x, and a coordinate that nothing depends on.
class Valley : public NormalLoss {
 public:
  std::size_t size() const override { return 3; }
  std::size_t pixels() const override { return 2; }
  std::span<const double> lower() const override { return lower_; }
  std::span<const double> upper() const override { return upper_; }
  std::span<const double> usual_step() const override { return step_; }
  std::optional<Evaluation> evaluate(std::span<const double> x, Wanted /*wanted*/) const override {
    ++evaluations;
    if (evaluations == stop_at) throw Stopped{};
    if (x[0] > forbidden_beyond) return std::nullopt;
    const double first = 10.0 * (x[1] - x[0] * x[0]), second = 1.0 - x[0];
    Evaluation out;
    out.loss = 0.5 * (first * first + second * second);
    out.chi_squared = 2.0 * out.loss;
    out.gradient = {-20.0 * x[0] * first - second, 10.0 * first, 0.0};
    const double slope = -20.0 * x[0];
    out.normal = {slope * slope + 1.0, 10.0 * slope, 0.0, 10.0 * slope, 100.0, 0.0, 0.0, 0.0, 0.0};
    return out;
  }

  void bound(double most) { upper_[0] = most; }
  double forbidden_beyond = kFree;
  int stop_at = 0;
  mutable int evaluations = 0;

 private:
  std::vector<double> lower_ = std::vector<double>(3, -kFree);
  std::vector<double> upper_ = std::vector<double>(3, kFree);
  const std::vector<double> step_ = std::vector<double>(3, 1.0);
};

Minimum solved(const Valley& valley, int iterations = 100) {
  Minimum out{.x = {-1.2, 1.0, 0.7}, .why = {}, .history = {}};
  const Monitor nobody;
  Recorder recorder(nobody);
  solve(valley, out, iterations, recorder, 1e-12);
  return out;
}

TEST(TrustRegion, FollowsAValleyAndLeavesWhatNothingDependsOn) {
  const Minimum found = solved({});
  EXPECT_EQ(found.outcome, Outcome::converged) << found.why;
  EXPECT_NEAR(found.x[0], 1.0, 1e-4);
  EXPECT_NEAR(found.x[1], 1.0, 1e-4);
  EXPECT_NEAR(found.x[2], 0.7, 1e-12);
}

TEST(TrustRegion, EndsAtABound) {
  Valley valley;
  valley.bound(0.5);
  const Minimum found = solved(valley);
  EXPECT_EQ(found.outcome, Outcome::converged) << found.why;
  EXPECT_NEAR(found.x[0], 0.5, 1e-6);
  EXPECT_NEAR(found.x[1], 0.25, 1e-5);
}

// A quadratic loss whose first coordinate wants to pass its bound from the start: the others get to
// their minimum in one step and another that sees that, and not slowly behind it.
TEST(TrustRegion, DoesNotWaitForACoordinateAtABound) {
  class Slope : public NormalLoss {
   public:
    std::size_t size() const override { return 2; }
    std::size_t pixels() const override { return 1; }
    std::span<const double> lower() const override { return lower_; }
    std::span<const double> upper() const override { return upper_; }
    std::span<const double> usual_step() const override { return step_; }
    std::optional<Evaluation> evaluate(std::span<const double> x, Wanted) const override {
      ++evaluations;
      const double first = x[0] - 5.0, second = x[1] + 3.0;
      Evaluation out;
      out.loss = 0.5 * (first * first + second * second) + 0.95 * first * second;
      out.chi_squared = 2.0 * out.loss;
      out.gradient = {first + 0.95 * second, second + 0.95 * first};
      out.normal = {1.0, 0.95, 0.95, 1.0};
      return out;
    }
    mutable int evaluations = 0;

   private:
    std::vector<double> lower_{-kFree, -kFree}, upper_{0.0, kFree}, step_{100.0, 100.0};
  };
  const Slope loss;
  Minimum out{.x = {0.0, 0.0}, .why = {}, .history = {}};
  const Monitor nobody;
  Recorder recorder(nobody);
  solve(loss, out, 100, recorder, 1e-9);
  EXPECT_EQ(out.outcome, Outcome::converged) << out.why;
  EXPECT_NEAR(out.x[0], 0.0, 1e-12);
  EXPECT_NEAR(out.x[1], -3.0 + 0.95 * 5.0, 1e-4);
  EXPECT_LE(loss.evaluations, 12);
}

TEST(TrustRegion, TakesShorterStepsWhereThereIsNoExperiment) {
  Valley valley;
  valley.forbidden_beyond = 1.05;
  const Minimum found = solved(valley);
  EXPECT_NEAR(found.x[0], 1.0, 1e-4);
}

TEST(TrustRegion, SaysThatItNeedsMoreIterations) {
  const Minimum found = solved({}, 3);
  EXPECT_EQ(found.outcome, Outcome::out_of_iterations);
  EXPECT_FALSE(found.why.empty());
  // Further than the start.
  EXPECT_LT(Valley().evaluate(found.x, Wanted::loss)->loss,
            Valley().evaluate(std::vector{-1.2, 1.0, 0.7}, Wanted::loss)->loss);
}

TEST(TrustRegion, DivergesWithoutALossAtTheStart) {
  Valley valley;
  valley.forbidden_beyond = -2.0;
  EXPECT_EQ(solved(valley).outcome, Outcome::diverged);
}

TEST(TrustRegion, KeepsTheBestStateWhereItIsStopped) {
  Valley valley;
  valley.stop_at = 12;
  const Minimum found = solved(valley);
  EXPECT_EQ(found.outcome, Outcome::interrupted);
  EXPECT_EQ(valley.evaluations, 12);
  EXPECT_LT(Valley().evaluate(found.x, Wanted::loss)->loss,
            Valley().evaluate(std::vector{-1.2, 1.0, 0.7}, Wanted::loss)->loss);
}

}  // namespace
}  // namespace nanobragg::refine
