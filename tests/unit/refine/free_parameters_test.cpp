// Coordinates against the values that they stand for.
#include "nanobragg/refine/free_parameters.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace nanobragg::refine {
namespace {

FreeParameter parameter(Transform transform, double power) {
  return {.name = "x",
          .ids = {},
          .transform = transform,
          .start = 2.0,
          .scale = 0.5,
          .lower = 0.0,
          .upper = 100.0,
          .power = power};
}

TEST(FreeParameter, GoesToAValueAndBack) {
  for (const FreeParameter& p :
       {parameter(Transform::linear, 1.0), parameter(Transform::logarithmic, 1.0),
        parameter(Transform::power, 2.0), parameter(Transform::power, -2.0)}) {
    EXPECT_EQ(value_at(p, 0.0), p.start);
    for (const double x : {-0.3, 0.2, 0.45}) {
      EXPECT_NEAR(coordinate_of(p, value_at(p, x)), x, 1e-12);
      constexpr double kStep = 1e-6;
      const double difference = (value_at(p, x + kStep) - value_at(p, x - kStep)) / (2.0 * kStep);
      EXPECT_NEAR(slope_at(p, x), difference, 1e-7 * std::abs(difference) + 1e-8);
    }
  }
}

// What widens a spot by its square moves by the square alone.
TEST(FreeParameter, AddsUpSquares) {
  const FreeParameter p = parameter(Transform::power, 2.0);
  const double x = 0.4;
  EXPECT_NEAR(value_at(p, x) * value_at(p, x), p.start * p.start + p.scale * x, 1e-12);
}

}  // namespace
}  // namespace nanobragg::refine
