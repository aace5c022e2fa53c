// Slopes, minima and robustness of the losses.
#include "nanobragg/refine/loss.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "nanobragg/base/error.hpp"

namespace nanobragg::refine {
namespace {

std::vector<LossOptions> all_losses() {
  LossOptions poisson;
  LossOptions gaussian{LossKind::gaussian, Variance::model, 2.0, {}};
  LossOptions observed{LossKind::gaussian, Variance::observed, 2.0, {}};
  std::vector<LossOptions> all{poisson, gaussian, observed};
  for (LossOptions robust : std::vector(all)) {
    robust.huber = 1.5;
    all.push_back(robust);
  }
  return all;
}

TEST(Loss, HasTheSlopeOfItsValue) {
  for (const LossOptions& loss : all_losses()) {
    for (const double observed : {0.0, 3.0, 40.0}) {
      for (const double model : {0.5, 3.0, 12.0, 90.0}) {
        const double step = 1e-6 * model;
        const double difference = pixel_loss(loss, model + step, observed).value -
                                  pixel_loss(loss, model - step, observed).value;
        const double slope = pixel_loss(loss, model, observed).slope;
        EXPECT_NEAR(slope, difference / (2 * step), 1e-6 * (1.0 + std::abs(slope)))
            << model << " " << observed;
      }
    }
  }
}

TEST(Loss, IsLeastWhereTheModelIsRight) {
  EXPECT_NEAR(pixel_loss({}, 7.0, 7.0).value, 0.0, 1e-6);
  EXPECT_NEAR(pixel_loss({}, 7.0, 7.0).slope, 0.0, 1e-6);
  EXPECT_GT(pixel_loss({}, 8.0, 7.0).value, 0.0);
}

// Of a Poisson variable the expected square of the slope is the information: 1/m.
TEST(Loss, InformationIsTheVarianceOfTheSlope) {
  const double m = 4.0;
  double probability = std::exp(-m);
  double variance = 0.0;
  for (int y = 0; y < 60; ++y) {
    const double slope = pixel_loss({}, m, y).slope;
    variance += probability * slope * slope;
    probability *= m / (y + 1);
  }
  EXPECT_NEAR(variance, pixel_loss({}, m, 4.0).information, 1e-5);
}

TEST(Loss, RefusesWhatIsNoDeviation) {
  EXPECT_THROW(check(LossOptions{LossKind::gaussian, Variance::model, -1.0, {}}), UsageError);
  EXPECT_THROW(check(LossOptions{LossKind::poisson, Variance::model, 0.0, 0.0}), UsageError);
}

}  // namespace
}  // namespace nanobragg::refine
