// Random rotations: the angles that the reference printed, and what a rotation draws.
#include "nanobragg/random/rotation_cap.hpp"

#include <gtest/gtest.h>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/geometry/rotation.hpp"

namespace nanobragg {
namespace {

TEST(RandomRotation, GivesTheMissettingOfTheReference) {
  // Golden case misset_random_12345; the reference passes a cap of 90 radians for a random setting.
  UniformStream stream(12345);
  const Vec3<double> angles = xyz_angles_rad(random_rotation(90.0F, stream));
  EXPECT_NEAR(angles.x * constants::kDegreesPerRadian, 105.720755, 5e-7);
  EXPECT_NEAR(angles.y * constants::kDegreesPerRadian, -34.951318, 5e-7);
  EXPECT_NEAR(angles.z * constants::kDegreesPerRadian, -97.823571, 5e-7);
}

TEST(RandomRotation, NoCapNoRotation) {
  UniformStream stream(3);
  EXPECT_EQ(random_rotation(0.0F, stream), Mat3<double>::identity());
}

TEST(RandomRotation, DrawsThreeDeviates) {
  UniformStream drawn(11);
  UniformStream counted(11);
  random_rotation(0.1F, drawn);
  for (int i = 0; i < 3; ++i) counted.next();
  EXPECT_EQ(drawn.next(), counted.next());
}

}  // namespace
}  // namespace nanobragg
