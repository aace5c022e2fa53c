// Rotations: known quarter turns, and that each function undoes or reproduces the other.
#include "nanobragg/geometry/rotation.hpp"

#include <gtest/gtest.h>

#include "nanobragg/base/constants.hpp"

namespace nanobragg {
namespace {

constexpr double kQuarter = constants::kPi / 2;

void expect_near(const Vec3<double>& u, const Vec3<double>& v, double tolerance = 1e-15) {
  EXPECT_NEAR(u.x, v.x, tolerance);
  EXPECT_NEAR(u.y, v.y, tolerance);
  EXPECT_NEAR(u.z, v.z, tolerance);
}

TEST(Rotation, QuarterTurnsAreRightHanded) {
  expect_near(rotate_about(Vec3{1.0, 0.0, 0.0}, Vec3{0.0, 0.0, 1.0}, kQuarter), {0, 1, 0});
  expect_near(rotate_about(Vec3{0.0, 1.0, 0.0}, Vec3{1.0, 0.0, 0.0}, kQuarter), {0, 0, 1});
  expect_near(rotate_xyz(Vec3{0.0, 0.0, 1.0}, {0, kQuarter, 0}), {1, 0, 0});
}

TEST(Rotation, AppliesXThenYThenZ) {
  const Vec3 v{0.3, -0.7, 0.2};
  const Vec3 angles{0.4, -1.1, 2.5};
  Vec3 expected = rotate_about(v, Vec3{1.0, 0.0, 0.0}, angles.x);
  expected = rotate_about(expected, Vec3{0.0, 1.0, 0.0}, angles.y);
  expected = rotate_about(expected, Vec3{0.0, 0.0, 1.0}, angles.z);
  expect_near(rotate_xyz(v, angles), expected);
}

TEST(Rotation, MatricesDoTheSame) {
  const Vec3 v{0.3, -0.7, 0.2};
  const Vec3 angles{0.4, -1.1, 2.5};
  const Mat3<double> total =
      rotation_about_z(angles.z) * (rotation_about_y(angles.y) * rotation_about_x(angles.x));
  expect_near(total * v, rotate_xyz(v, angles));
}

TEST(Rotation, ZeroAnglesKeepEveryBit) {
  const Vec3 v{0.1, 1e300, -3e-310};
  EXPECT_EQ(rotate_xyz(v, {0, 0, 0}), v);
}

TEST(Rotation, AnglesOfAMatrixRebuildIt) {
  const Vec3 angles{0.4, -1.1, 2.5};
  const Mat3<double> columns{{rotate_xyz(Vec3{1.0, 0.0, 0.0}, angles),
                              rotate_xyz(Vec3{0.0, 1.0, 0.0}, angles),
                              rotate_xyz(Vec3{0.0, 0.0, 1.0}, angles)}};
  expect_near(xyz_angles_rad(transpose(columns)), angles);
}

}  // namespace
}  // namespace nanobragg
