// The lattice transforms: direct sums and integrals as independent checks, and their limits.
#include <gtest/gtest.h>

#include <complex>

#include "nanobragg/physics/lattice/shapes.hpp"

namespace nanobragg::physics {
namespace {

const Axes<double> kReciprocal{{0.01, 0, 0}, {0, 0.02, 0}, {0.003, 0, 0.03}};

LatticeSize<double> size(double na, double nb, double nc, double fudge = 1.0) {
  return {{na, nb, nc}, fudge, kReciprocal};
}

TEST(Grating, IsTheSumOfItsWaves) {
  for (const double x : {0.1, 0.7, 1.5, -0.3}) {
    std::complex<double> sum = 0;
    for (int i = 0; i < 7; ++i) sum += std::polar(1.0, 2 * x * i);
    EXPECT_NEAR(std::abs(grating(x, 7.0)), std::abs(sum), 1e-13) << x;
  }
}

TEST(Grating, IsSmoothThroughItsMaximum) {
  EXPECT_EQ(grating(0.0, 12.0), 12.0);
  for (const double x : {1e-300, 1e-12, 1e-8}) EXPECT_NEAR(grating(x, 12.0), 12.0, 1e-12);
}

TEST(SquareLattice, OneCellScattersEverywhereAlike) {
  EXPECT_EQ(SquareLattice::amplitude(Vec3<double>{0.3, -0.2, 0.49}, size(1, 1, 1)), 1.0);
}

TEST(SphereTransform, IsTheFourierIntegralOfABall) {
  // ∫ over the unit ball of cos(x·z), by slices of area π(1 − z²), relative to the volume.
  for (const double x : {0.05, 1.0, 3.0, 6.5}) {
    constexpr int kSlices = 20000;
    double integral = 0;
    for (int i = 0; i < kSlices; ++i) {
      const double z = -1 + (i + 0.5) * 2 / kSlices;
      integral += (1 - z * z) * std::cos(x * z) * 2 / kSlices;
    }
    EXPECT_NEAR(sphere_transform(x), integral * 3 / 4, 1e-8) << x;
  }
  EXPECT_EQ(sphere_transform(0.0), 1.0);
}

// Every shape has its maximum, of the order of the number of cells, at the reciprocal lattice
// point.
TEST(AllShapes, PeakAtTheLatticePoint) {
  const LatticeSize<double> crystal = size(6, 5, 4, 1e-4);
  for (const CrystalShapeInfo& row : kCrystalShapes) {
    const auto amplitude = [&](const Vec3<double>& offset) {
      return with_lattice(row.shape,
                          [&](auto lattice) { return lattice.amplitude(offset, crystal); });
    };
    const double peak = amplitude({0, 0, 0});
    EXPECT_GT(peak, 0.5 * 120) << row.name;
    EXPECT_LE(peak, 120) << row.name;
    EXPECT_LE(amplitude({0.02, -0.03, 0.04}), peak) << row.name;
    EXPECT_NEAR(amplitude({0.02, -0.03, 0.04}), amplitude({-0.02, 0.03, -0.04}), 1e-12 * peak)
        << row.name << " is centrosymmetric";
  }
}

TEST(GaussLattice, HasTheRadiusOfTheOffsetVector) {
  const LatticeSize<double> crystal = size(3, 2, 2, 0.1);
  const Vec3<double> offset{0.1, 0, 0};
  const double r = 0.1 * 0.01 * 12;
  EXPECT_NEAR(GaussLattice::amplitude(offset, crystal), 12 * std::exp(-0.1 * r * r / 0.63), 1e-12);
}

TEST(TophatLattice, EndsAtItsRadius) {
  const LatticeSize<double> crystal = size(10, 1, 1, 1.0);
  const double edge = 0.63 / (0.01 * 10);
  EXPECT_EQ(TophatLattice::amplitude(Vec3<double>{0.999 * edge, 0, 0}, crystal), 10.0);
  EXPECT_EQ(TophatLattice::amplitude(Vec3<double>{1.001 * edge, 0, 0}, crystal), 0.0);
}

}  // namespace
}  // namespace nanobragg::physics
