// The factors of a pixel against closed forms and limits.
#include <gtest/gtest.h>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/dual.hpp"
#include "nanobragg/physics/absorption.hpp"
#include "nanobragg/physics/pixel_position.hpp"
#include "nanobragg/physics/polarisation.hpp"
#include "nanobragg/physics/scattering.hpp"
#include "nanobragg/physics/solid_angle.hpp"
#include "nanobragg/physics/water.hpp"
#include "support/experiments.hpp"

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

double polarised(double kahn, const Vec3<double>& diffracted) {
  return polarisation_factor(kahn, dot(kBeam, diffracted), diffracted,
                             polarisation_frame(kBeam, kHorizontal));
}

TEST(Polarisation, UnpolarisedBeamGivesTheMeanOfBothDirections) {
  const double two_theta = 0.7;
  const double expected = (1 + std::pow(std::cos(two_theta), 2)) / 2;
  EXPECT_NEAR(polarised(0.0, ray(two_theta, 0.3)), expected, 1e-15);
}

TEST(Polarisation, FullyPolarisedBeamFollowsTheDipole) {
  // A dipole along the electric field does not radiate along its axis: P = 1 − (d·E)².
  for (const double azimuth : {0.0, 0.4, 1.2, 2.9}) {
    const Vec3<double> d = ray(0.9, azimuth);
    EXPECT_NEAR(polarised(1.0, d), 1 - d.x * d.x, 1e-15) << azimuth;
  }
}

TEST(Polarisation, IsFiniteForwardAndAtARightAngle) {
  EXPECT_DOUBLE_EQ(polarised(0.95, kBeam), 1.0);
  EXPECT_NEAR(polarised(1.0, kHorizontal), 0.0, 1e-15);
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

// ∫ z·exp(−z·µ/ρ) dz / ∫ exp(−z·µ/ρ) dz over 0 … t by Simpson's rule.
double mean_depth_by_integration(double t, double mu_by_cosine) {
  constexpr int kIntervals = 20000;
  double moment = 0;
  double weight = 0;
  for (int i = 0; i <= kIntervals; ++i) {
    const double z = t * i / kIntervals;
    const double simpson = i == 0 || i == kIntervals ? 1.0 : i % 2 == 0 ? 2.0 : 4.0;
    weight += simpson * std::exp(-z * mu_by_cosine);
    moment += simpson * z * std::exp(-z * mu_by_cosine);
  }
  return moment / weight;
}

TEST(MeanDepth, IsTheMeanOfTheBeerLambertLaw) {
  for (const double mu : {1e-3, 100.0, 2000.0, 4999.0, 5001.0, 2e4, 1e5}) {
    const double expected = mean_depth_by_integration(1e-4, mu / 0.8);
    EXPECT_NEAR(mean_depth_of_layer(1e-4, mu, 0.8), expected, 1e-10 * expected) << mu;
  }
  EXPECT_DOUBLE_EQ(mean_depth_of_layer(1e-4, 0.0, 0.8), 5e-5);
  EXPECT_DOUBLE_EQ(mean_depth_of_layer(1.0, 1e6, 1.0), 1e-6);
}

TEST(MeanDepth, HasNoStepWhereTheSeriesEnds) {
  for (const double u : {-0.5, 0.5}) {
    const auto below = mean_depth(u * (1 - 1e-15));
    const auto above = mean_depth(u * (1 + 1e-15));
    EXPECT_NEAR(below.fraction, above.fraction, 4e-15);
    EXPECT_NEAR(below.derivative, above.derivative, 1e-13);
  }
}

// (1/µ) − (t/cos + 1/µ)·exp(−µt/cos): the path into the sensor that DIALS corrects positions by
// (dxtbx, ParallaxCorrectedPxMmStrategy), along the ray.
double dials_attenuation_length(double mu, double thickness, double cosine) {
  return 1 / mu - (thickness / cosine + 1 / mu) * std::exp(-mu * thickness / cosine);
}

TEST(MeanDepth, OfAllLayersIsTheParallaxOfDialsForAnyNumberOfThem) {
  constexpr double kThickness = 4.5e-4;
  for (const double mu : {300.0, 4000.0, 3e4}) {
    for (const double cosine : {1.0, 0.8, 0.3}) {
      for (const int layers : {1, 2, 3, 10}) {
        const double step = kThickness / layers;
        double sum = 0;
        for (int layer = 0; layer < layers; ++layer) {
          sum += captured_fraction(layer, step, mu, cosine) *
                 (layer * step + mean_depth_of_layer(step, mu, cosine));
        }
        const double expected = cosine * dials_attenuation_length(mu, kThickness, cosine);
        EXPECT_NEAR(sum, expected, 1e-13 * kThickness) << mu << ' ' << cosine << ' ' << layers;
      }
    }
  }
}

TEST(MeanDepth, TransposesItsDerivatives) {
  using Slopes = Dual<double, 3>;
  for (const double mu : {0.0, 1.0, 3000.0, 6000.0, 1e5}) {
    const Slopes depth = mean_depth_of_layer(Slopes::variable(1e-4, 0), Slopes::variable(mu, 1),
                                             Slopes::variable(0.8, 2));
    const auto by = mean_depth_of_layer_vjp(1e-4, mu, 0.8, 2.0);
    EXPECT_NEAR(by.thickness, 2 * depth.slope[0], 1e-13) << mu;
    EXPECT_NEAR(by.attenuation, 2 * depth.slope[1], 1e-12 * std::abs(depth.slope[1])) << mu;
    EXPECT_NEAR(by.cosine, 2 * depth.slope[2], 1e-13) << mu;
  }
}

TEST(Water, ScattersAsItsMoleculesDo) {
  // A cube of 60 µm holds 7.23e15 molecules.
  const double molecules = std::pow(60e-6, 3) * 1e6 * 6.02214179e23 / 18.0;
  EXPECT_NEAR(molecules, 7.23e15, 0.01e15);
  const double expected = 2.57 * 2.57 * 7.94079248018965e-30 * 1e18 * molecules;
  EXPECT_NEAR(water_photons(60e-6, 1e18), expected, 1e-12 * expected);
}

TEST(PixelPosition, FindsTheSubpixelInARay) {
  test::ExperimentParts parts = test::small_experiment();
  parts.sampling.oversample = 3;
  const auto plan = plan::make_plan(parts.build(), compat::QuirkSet::physical());
  // 16 and 12 whole pixels from the corner: the first sub-pixel beyond.
  const plan::PanelPlan panel = *plan::panel_plan(plan, 0);
  const auto found = nearest_subpixel(panel, {0, 0, 1});
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->x, 5e-4 / 6, 1e-12);
  EXPECT_NEAR(found->y, 5e-4 / 6, 1e-12);
  EXPECT_FALSE(nearest_subpixel(panel, unit(Vec3<double>{0.2, 0, 1})));
  EXPECT_FALSE(nearest_subpixel(panel, {0, 0, -1}));
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
