// Random rotations are rotations, stay inside their cap, and are distributed as stated.
#include "nanobragg/random/rotation_cap.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <vector>

#include "nanobragg/base/constants.hpp"
#include "property/chi_squared.hpp"

namespace nanobragg {
namespace {

using constants::kPi;
using testing_support::kSmallestProbability;
using testing_support::uniformity_probability;

struct AxisAngle {
  Vec3<double> axis;
  double angle_rad;  // 0 … π
};

// The antisymmetric part of a rotation matrix is its axis times the sine, the trace 1 + 2 cosine.
AxisAngle axis_and_angle(const Mat3<double>& m) {
  const auto& [x, y, z] = m.row;
  const Vec3<double> twice{z.y - y.z, x.z - z.x, y.x - x.y};
  const double cosine = (x.x + y.y + z.z - 1.0) / 2.0;
  return {unit(twice), std::atan2(length(twice) / 2.0, cosine)};
}

std::vector<AxisAngle> draw(float cap_rad, std::size_t count) {
  UniformStream stream(12345678);
  std::vector<AxisAngle> drawn(count);
  for (AxisAngle& rotation : drawn) rotation = axis_and_angle(random_rotation(cap_rad, stream));
  return drawn;
}

template <class F>
double uniformity_of(const std::vector<AxisAngle>& rotations, F to_unit_interval) {
  std::vector<double> numbers;
  for (const AxisAngle& rotation : rotations) numbers.push_back(to_unit_interval(rotation));
  return uniformity_probability(numbers, 50);
}

constexpr std::size_t kRotations = 100000;

TEST(RotationCapProperty, AnglesFollowTheFormula) {
  for (const float cap : {0.01F, 0.5F, 3.1F}) {
    // P(ω < w) = 1 − √(1 − (w/cap)³) maps the angles to uniform numbers.
    const double probability = uniformity_of(draw(cap, kRotations), [&](const AxisAngle& rotation) {
      const double ratio = rotation.angle_rad / static_cast<double>(cap);
      return 1.0 - std::sqrt(std::max(0.0, 1.0 - ratio * ratio * ratio));
    });
    EXPECT_GT(probability, kSmallestProbability) << cap;
  }
}

TEST(RotationCapProperty, AxesAreUniformOnTheSphere) {
  // A mosaic spread, a half turn, and the 90 radians of a random crystal setting.
  for (const float cap : {0.01F, static_cast<float>(kPi), 90.0F}) {
    const auto rotations = draw(cap, kRotations);
    const auto height = [](const AxisAngle& r) { return (r.axis.z + 1.0) / 2.0; };
    const auto azimuth = [](const AxisAngle& r) {
      return (std::atan2(r.axis.y, r.axis.x) / kPi + 1.0) / 2.0;
    };
    EXPECT_GT(uniformity_of(rotations, height), kSmallestProbability) << cap;
    EXPECT_GT(uniformity_of(rotations, azimuth), kSmallestProbability) << cap;
  }
}

TEST(RotationCapProperty, AxisAndAngleAreIndependent) {
  // The height of the axis stays uniform among the small and among the large angles.
  std::vector<AxisAngle> small;
  std::vector<AxisAngle> large;
  for (const AxisAngle& rotation : draw(1.0F, kRotations)) {
    (rotation.angle_rad < 0.8 ? small : large).push_back(rotation);
  }
  const auto height = [](const AxisAngle& r) { return (r.axis.z + 1.0) / 2.0; };
  EXPECT_GT(uniformity_of(small, height), kSmallestProbability);
  EXPECT_GT(uniformity_of(large, height), kSmallestProbability);
}

RC_GTEST_PROP(RotationCapProperty, IsARotationInsideItsCap, (std::int64_t seed)) {
  const double cap = *rc::gen::inRange(1, 3141) / 1000.0;
  UniformStream stream(seed);
  const Mat3<double> m = random_rotation(static_cast<float>(cap), stream);
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      RC_ASSERT(std::abs(dot(m.row[i], m.row[j]) - (i == j ? 1.0 : 0.0)) < 1e-14);
    }
  }
  RC_ASSERT(std::abs(determinant(m) - 1.0) < 1e-14);
  // The angle was rounded to single precision.
  RC_ASSERT(axis_and_angle(m).angle_rad <= cap * (1.0 + 2e-7));
}

}  // namespace
}  // namespace nanobragg
