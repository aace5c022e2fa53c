// The factors of a pixel against closed forms and limits.
#include <gtest/gtest.h>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/physics/absorption.hpp"
#include "nanobragg/physics/pixel_position.hpp"
#include "nanobragg/physics/polarisation.hpp"
#include "nanobragg/physics/scattering.hpp"
#include "nanobragg/physics/solid_angle.hpp"

namespace nanobragg::physics {
namespace {

constexpr Vec3<double> kBeam{0, 0, 1};
constexpr Vec3<double> kHorizontal{1, 0, 0};

Vec3<double> ray(double two_theta, double azimuth) {
  return {std::sin(two_theta) * std::cos(azimuth), std::sin(two_theta) * std::sin(azimuth),
          std::cos(two_theta)};
}

TEST(Scattering, LengthIsTwoSinThetaOverLambda) {
  const double two_theta = 0.7;
  const double lambda = 1.3e-10;
  EXPECT_NEAR(length(scattering_vector(ray(two_theta, 0.3), kBeam, lambda)),
              2 * std::sin(two_theta / 2) / lambda, 1e-4);
}

TEST(Polarisation, UnpolarisedBeamGivesTheMeanOfBothDirections) {
  const double two_theta = 0.7;
  const double expected = (1 + std::pow(std::cos(two_theta), 2)) / 2;
  EXPECT_NEAR(polarisation_factor(0.0, kBeam, ray(two_theta, 0.3), kHorizontal), expected, 1e-15);
}

TEST(Polarisation, FullyPolarisedBeamFollowsTheDipole) {
  // A dipole along the electric field does not radiate along its axis: P = 1 − (d·E)².
  for (const double azimuth : {0.0, 0.4, 1.2, 2.9}) {
    const Vec3<double> d = ray(0.9, azimuth);
    EXPECT_NEAR(polarisation_factor(1.0, kBeam, d, kHorizontal), 1 - d.x * d.x, 1e-15) << azimuth;
  }
}

TEST(Polarisation, IsFiniteForwardAndAtARightAngle) {
  EXPECT_DOUBLE_EQ(polarisation_factor(0.95, kBeam, kBeam, kHorizontal), 1.0);
  EXPECT_NEAR(polarisation_factor(1.0, kBeam, kHorizontal, kHorizontal), 0.0, 1e-15);
}

TEST(SolidAngle, OfAWholeSphereOfPixelsIsFourPi) {
  // Six square detectors around the sample, one pixel of each face summed finely.
  constexpr int kPixels = 400;
  constexpr double kHalf = 1.0;
  const double pixel = 2 * kHalf / kPixels;
  double sum = 0;
  for (int i = 0; i < kPixels; ++i) {
    for (int j = 0; j < kPixels; ++j) {
      const Vec3<double> p{(i + 0.5) * pixel - kHalf, (j + 0.5) * pixel - kHalf, kHalf};
      sum += 6 * solid_angle(pixel, length(p), kHalf);
    }
  }
  EXPECT_NEAR(sum, 4 * constants::kPi, 1e-4);
}

TEST(SolidAngle, OfAPointPixelIsTheInverseSquare) {
  EXPECT_DOUBLE_EQ(point_solid_angle(2.0), 0.25);
}

TEST(Absorption, LayersAddUpToTheWholeSensor) {
  const double mu = 2000;
  const double cosine = 0.8;
  double sum = 0;
  for (int layer = 0; layer < 7; ++layer) sum += captured_fraction(layer, 4.5e-4 / 7, mu, cosine);
  EXPECT_NEAR(sum, 1 - std::exp(-4.5e-4 * mu / cosine), 1e-15);
}

TEST(PixelPosition, SubpixelsFillThePixel) {
  EXPECT_DOUBLE_EQ(subpixel_centre(3, 0, 1, 0.1), 0.35);
  EXPECT_DOUBLE_EQ(subpixel_centre(3, 0, 2, 0.1), 0.325);
  EXPECT_DOUBLE_EQ(subpixel_centre(3, 1, 2, 0.1), 0.375);
}

TEST(PixelPosition, ASphericalDetectorHasOneDistance) {
  const Vec3<double> fast{0, 0, 1};
  const Vec3<double> slow{0, -1, 0};
  const Vec3<double> beam{1, 0, 0};
  for (const double y : {-0.02, 0.0, 0.03}) {
    const Vec3<double> at = spherical_position(Vec3<double>{0.1, y, 0.04}, beam, 0.1, fast, slow);
    EXPECT_NEAR(length(at), 0.1, 1e-16);
  }
}

}  // namespace
}  // namespace nanobragg::physics
