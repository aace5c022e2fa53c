// The sampling defaults, row by row as the reference's behaviour lists them.
#include "nanobragg/plan/stepped_range.hpp"

#include <gtest/gtest.h>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"

namespace nanobragg::plan {
namespace {

constexpr double kDegree = 1.0 / constants::kDegreesPerRadian;

void expect_range(const SteppedRange& r, int count, double range, double step) {
  EXPECT_EQ(r.count, count);
  EXPECT_DOUBLE_EQ(r.range, range);
  EXPECT_DOUBLE_EQ(r.step, step);
}

TEST(PhiSteps, NothingGivenIsOneStill) { expect_range(phi_steps({}), 1, 0, 0); }
TEST(PhiSteps, StepAloneIsTwoSteps) { expect_range(phi_steps({{}, {}, 0.3}), 2, 0.3, 0.3); }
TEST(PhiSteps, RangeAloneIsTwoHalves) { expect_range(phi_steps({{}, 0.3, {}}), 2, 0.3, 0.15); }
TEST(PhiSteps, RangeAndStepCountTheSteps) { expect_range(phi_steps({{}, 1.0, 0.3}), 4, 1.0, 0.3); }
TEST(PhiSteps, CountAloneCoversOneDegree) {
  expect_range(phi_steps({4, {}, {}}), 4, kDegree, kDegree / 4);
}
TEST(PhiSteps, CountOfZeroIsOne) { expect_range(phi_steps({0, {}, {}}), 1, kDegree, kDegree); }
TEST(PhiSteps, CountAndStepGiveTwoSteps) { expect_range(phi_steps({7, {}, 0.3}), 2, 0.3, 0.3); }
TEST(PhiSteps, CountAndRangeShareTheRange) { expect_range(phi_steps({5, 2.0, {}}), 5, 2.0, 0.4); }
TEST(PhiSteps, EverythingGivenIsKept) { expect_range(phi_steps({5, 2.0, 0.1}), 5, 2.0, 0.1); }
TEST(PhiSteps, ARangeBelowZeroTurnsBackwards) {
  expect_range(phi_steps({{}, -0.3, {}}), 2, -0.3, -0.15);
  expect_range(phi_steps({{}, -1.0, 0.3}), 4, -1.0, -0.3);
  expect_range(phi_steps({{}, -1.0, -0.3}), 4, -1.0, -0.3);
  expect_range(phi_steps({5, -2.0, {}}), 5, -2.0, -0.4);
  expect_range(phi_steps({5, -2.0, 0.1}), 5, -2.0, -0.1);
  expect_range(phi_steps({{}, {}, -0.3}), 2, -0.3, -0.3);
}
TEST(PhiSteps, AStepOfZeroIsNotGivenUnlessTheStepsAreCounted) {
  expect_range(phi_steps({{}, 0.3, 0.0}), 2, 0.3, 0.15);
  expect_range(phi_steps({{}, {}, 0.0}), 1, 0, 0);
  expect_range(phi_steps({5, 0.3, 0.0}), 5, 0.3, 0.0);
}
TEST(PhiSteps, AStepAgainstTheRangeIsRefused) {
  EXPECT_THROW(phi_steps({{}, 1.0, -0.1}), UsageError);
  EXPECT_THROW(phi_steps({5, 1.0, -0.1}), UsageError);
}

TEST(DivergenceSteps, NothingGivenIsOneRay) {
  expect_range(divergence_steps({}, Profile::uniform), 1, 0, 0);
}
TEST(DivergenceSteps, StepAloneIsBothEnds) {
  expect_range(divergence_steps({{}, {}, 0.002}, Profile::uniform), 2, 0.002, 0.002);
}
TEST(DivergenceSteps, RangeAloneIsBothEnds) {
  expect_range(divergence_steps({{}, 0.004, {}}, Profile::uniform), 2, 0.004, 0.004);
}
TEST(DivergenceSteps, RangeAndStepCountTheSteps) {
  expect_range(divergence_steps({{}, 0.004, 0.001}, Profile::uniform), 4, 0.004, 0.001);
}
TEST(DivergenceSteps, CountAloneSpreadsOverOneRadian) {
  expect_range(divergence_steps({4, {}, {}}, Profile::uniform), 4, 1.0, 0.25);
}
TEST(DivergenceSteps, CountAndRangeReachBothEnds) {
  expect_range(divergence_steps({5, 0.004, {}}, Profile::uniform), 5, 0.004, 0.001);
}
TEST(DivergenceSteps, OneRayOverARangeBecomesTwo) {
  expect_range(divergence_steps({1, 0.004, {}}, Profile::uniform), 2, 0.004, 0.004);
}
TEST(DivergenceSteps, AnEmptyRangeIsOneRay) {
  expect_range(divergence_steps({5, 0.0, {}}, Profile::uniform), 1, 0, 0);
}

TEST(DispersionSteps, CountWithoutRangeIsOneWavelength) {
  expect_range(dispersion_steps({5, {}, {}}, Profile::uniform), 1, 0, 0);
}
TEST(DispersionSteps, RangeAloneIsBothEnds) {
  expect_range(dispersion_steps({{}, 0.02, {}}, Profile::uniform), 2, 0.02, 0.02);
}

TEST(Steps, ThatCannotBeCountedAreRefused) {
  EXPECT_THROW(phi_steps({{}, 1.5, 1e-11}), UsageError);
  EXPECT_THROW(divergence_steps({{}, 1.5, 1e-320}, Profile::uniform), UsageError);
}

TEST(SensorLayers, NoThicknessIsTheSurface) {
  expect_range(sensor_layers({5, {}, {}}, LayerRule::equal_layers), 1, 0, 0);
}
TEST(SensorLayers, ThicknessAloneIsTwoLayers) {
  expect_range(sensor_layers({{}, 4e-4, {}}, LayerRule::equal_layers), 2, 4e-4, 2e-4);
}
TEST(SensorLayers, LayersFillTheSensor) {
  expect_range(sensor_layers({4, 4e-4, {}}, LayerRule::equal_layers), 4, 4e-4, 1e-4);
  expect_range(sensor_layers({1, 4e-4, {}}, LayerRule::equal_layers), 1, 4e-4, 4e-4);
}
TEST(SensorLayers, TheReferenceOverfillsIt) {
  expect_range(sensor_layers({5, 4e-4, {}}, LayerRule::as_end_points), 5, 4e-4, 1e-4);
  expect_range(sensor_layers({1, 4e-4, {}}, LayerRule::as_end_points), 2, 4e-4, 4e-4);
}

}  // namespace
}  // namespace nanobragg::plan
