// The lattice transforms: direct sums and integrals as independent checks, and their limits.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <complex>

#include "nanobragg/base/dual.hpp"
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

// sin(πNh)/sin(πh) at the index itself is the factor at the offset, with the sign that it gets
// there.
TEST(SquareLattice, SignsLeadFromTheOffsetToTheIndex) {
  const LatticeSize<double> crystal = size(4, 5, 6);
  for (const Vec3<double> nearest : {Vec3<double>{3, 3, 3}, {-2, 7, -5}, {0, -1, 8}}) {
    const Vec3<double> offset{0.13, -0.2, 0.31};
    const Vec3<double> signs = SquareLattice::signs_at(nearest, crystal);
    const Vec3<double> at_offset = SquareLattice::along_axes(offset, crystal);
    const Vec3<double> at_index = SquareLattice::along_axes(nearest + offset, crystal);
    EXPECT_NEAR(at_index.x, signs.x * at_offset.x, 1e-12);
    EXPECT_NEAR(at_index.y, signs.y * at_offset.y, 1e-12);
    EXPECT_NEAR(at_index.z, signs.z * at_offset.z, 1e-12);
  }
  EXPECT_EQ(SquareLattice::signs_at(Vec3<double>{3, 3, 3}, size(4, 5, 6.5)),
            (Vec3<double>{1, 1, 1}));
}

// By the three offsets and the three numbers of cells.
struct Slopes {
  double intensity = 0.0;
  std::array<double, 6> slopes{};
};
// By the formulas for kernels, in numbers S.
template <class Sine, class S>
Slopes slopes_of(const Vec3<double>& offset, const LatticeSize<double>& crystal, double weight) {
  const auto at_least = SquareLattice::at_least_one_cell(crystal);
  const auto phases = SquareLattice::phases(offset, at_least);
  const SquareLattice::AxesOfCells<Sine, S> axes(crystal);
  const auto intensity = SquareLattice::intensity(
      SquareLattice::Phases<S>{vec3_as<S>(phases.reduced), vec3_as<S>(phases.offset)},
      static_cast<S>(weight), axes);
  IntensitySlopes<S> slopes;
  SquareLattice::find_slopes(intensity, axes, slopes);
  const auto [unit, by_cells] = axes.units();
  return {intensity.value,
          {unit * slopes.by_offset.x, unit * slopes.by_offset.y, unit * slopes.by_offset.z,
           by_cells.x * slopes.by_cells.x, by_cells.y * slopes.by_cells.y,
           by_cells.z * slopes.by_cells.z}};
}
// By dual numbers, which share no derivative with them.
Slopes dual_slopes_of(const Vec3<double>& offset, const LatticeSize<double>& crystal,
                      double weight) {
  using D = Dual<double, 6>;
  const auto& [na, nb, nc] = crystal.cells;
  const D amplitude = SquareLattice::amplitude(
      Vec3<D>{D::variable(offset.x, 0), D::variable(offset.y, 1), D::variable(offset.z, 2)},
      LatticeSize<D>{{D::variable(na, 3), D::variable(nb, 4), D::variable(nc, 5)}, D(1.0), {}});
  const D intensity = D(weight) * amplitude * amplitude;
  return {intensity.value, intensity.slope};
}

TEST(SquareLattice, SlopesAreThoseOfDualNumbers) {
  const double kWeight = 3.5;
  for (const double n : {1.0, 1.5, 2.0, 12.3, 36.0, 1000.0}) {
    const LatticeSize<double> crystal = size(n, 7.0, 29.5);
    const double peak = kWeight * std::pow(n * 7.0 * 29.5, 2);
    // The largest derivatives are about as large as these.
    const std::array<double, 6> largest{peak * n, peak * 7.0, peak * 29.5,
                                        peak / n, peak / 7.0, peak / 29.5};
    for (const double x : {0.0, 1e-12, 1e-7, 0.0009, 0.04, 0.0501, 0.3, 0.75, 1.0, 0.49 * n}) {
      if (x / n >= 0.5) continue;
      for (const double y : {0.0, -0.03, 0.3}) {
        const Vec3<double> offset{x / n, y / 7.0, -0.2 / 29.5};
        const auto expected = dual_slopes_of(offset, crystal, kWeight);
        const auto full =
            slopes_of<SquareLattice::DoublePrecision, double>(offset, crystal, kWeight);
        const auto single =
            slopes_of<SquareLattice::SinglePrecision, float>(offset, crystal, kWeight);
        EXPECT_NEAR(full.intensity, expected.intensity, 1e-12 * peak);
        EXPECT_NEAR(single.intensity, expected.intensity, 2e-6 * peak);
        for (std::size_t i = 0; i < 6; ++i) {
          EXPECT_NEAR(full.slopes[i], expected.slopes[i], 1e-10 * largest[i])
              << i << " at N = " << n << ", N·offset " << x << ", " << y;
          EXPECT_NEAR(single.slopes[i], expected.slopes[i], 1e-5 * largest[i])
              << i << " at N = " << n << ", N·offset " << x << ", " << y;
        }
      }
    }
  }
}

TEST(SquareLattice, SlopesStayFiniteForHugeCrystals) {
  for (const double n : {1e4, 1e5, 1e9}) {
    for (const double x : {0.0, 1e-3, 0.3}) {
      const auto slopes = slopes_of<SquareLattice::SinglePrecision, float>({x / n, 0.0, 0.0},
                                                                           size(n, 1.0, 1.0), 1.0);
      for (const double slope : slopes.slopes) EXPECT_TRUE(std::isfinite(slope)) << n << ", " << x;
      EXPECT_EQ(slopes.slopes[1], 0.0);
      EXPECT_EQ(slopes.slopes[4], 0.0);
    }
  }
  const auto peak =
      slopes_of<SquareLattice::SinglePrecision, float>({0.0, 0.0, 0.0}, size(1e4, 1e4, 1e4), 1e6);
  EXPECT_NEAR(peak.intensity, 1e30, 1e25);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_LT(std::abs(peak.slopes[i]), 1e-4 * 1e30 * 1e4);
    EXPECT_NEAR(peak.slopes[3 + i], 2e26, 1e21);
  }
}

// One number of single precision after the other: no step may be taken in double precision.
TEST(AllShapes, SinglePrecisionIsThatOfTheOffsets) {
  const LatticeSize<float> single{{12, 9, 7}, 1e-4F, axes_as<float>(kReciprocal)};
  const LatticeSize<double> exact{{12, 9, 7}, 1e-4, kReciprocal};
  const Vec3<float> offset{0.03F, -0.02F, 0.05F};
  for (const CrystalShapeInfo& row : kCrystalShapes) {
    with_lattice(row.shape, [&](auto shape) {
      const float amplitude = shape.amplitude(offset, single);
      const double expected = shape.amplitude(vec3_as<double>(offset), exact);
      EXPECT_NEAR(amplitude, expected, 2e-6 * std::abs(expected)) << row.name;
    });
  }
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

TEST(SphereTransform, KeepsItsDigitsInSinglePrecision) {
  EXPECT_EQ(sphere_transform(0.0F), 1.0F);
  for (const float x : {1e-20F, 1e-5F, 1e-3F, 0.02F, 0.3F, 0.99F, 1.01F, 2.5F}) {
    EXPECT_NEAR(sphere_transform(x), sphere_transform_near_zero(static_cast<double>(x)),
                x > 2 ? 2e-3 : 4e-7)
        << x;
  }
}

// As kernels take it: reduced in double precision, the rest in single.
template <class Lattice>
double mixed_squared(const Vec3<double>& offset, const LatticeSize<double>& crystal) {
  const typename Lattice::Mixed mixed(crystal);
  const auto reduced = mixed.reduced(mixed.squared_radius(offset)).map([](double x) {
    return static_cast<float>(x);
  });
  return mixed.scale() * static_cast<double>(mixed.squared(reduced));
}

// Of the maximum and of themselves, over directions and from the point itself into the tails.
template <class Lattice>
void expect_mixed_is_right(const LatticeSize<double>& crystal, double farthest) {
  const double peak = Lattice::amplitude(Vec3<double>{0, 0, 0}, crystal);
  EXPECT_NEAR(mixed_squared<Lattice>({0, 0, 0}, crystal), peak * peak, 2e-7 * peak * peak);
  for (const Vec3<double> direction : {Vec3<double>{1, 0, 0}, {0, -1, 0.2}, {0.3, 0.5, 1}}) {
    for (int i = 1; i < 20000; ++i) {
      const Vec3<double> offset = (farthest * i / 20000.0) * direction;
      const double amplitude = Lattice::amplitude(offset, crystal);
      const double exact = amplitude * amplitude;
      ASSERT_NEAR(mixed_squared<Lattice>(offset, crystal), exact,
                  2.5e-6 * exact + 1e-16 * peak * peak)
          << i;
    }
  }
}

TEST(MixedLattices, AreThoseOfDoubles) {
  for (const double cells : {1.0, 3.5, 20.0, 100.0}) {
    const LatticeSize<double> crystal = size(cells, cells + 2, 0.5 * cells + 1, 0.8);
    const double far = 0.5;
    expect_mixed_is_right<RoundLattice>(crystal, far);
    const double width = 100.0 / peak_of(crystal);
    expect_mixed_is_right<GaussLattice>(crystal, width * 10);
    expect_mixed_is_right<TophatLattice>(crystal, width * 2);
  }
}

// Where S is 0 its square has as few digits lost as elsewhere: sin x/x would leave 1e-8 of cos x.
TEST(MixedLattices, KeepDigitsNearTheZerosOfASphere) {
  const LatticeSize<double> crystal = size(1, 1, 1);
  for (const double zero : {4.493409457909064, 7.725251836937707, 10.904121659428899}) {
    for (const double distance : {1e-4, 1e-5, 1e-6}) {
      const Vec3<double> offset{(zero + distance) / constants::kPi, 0, 0};
      const double amplitude = RoundLattice::amplitude(offset, crystal);
      EXPECT_NEAR(mixed_squared<RoundLattice>(offset, crystal), amplitude * amplitude,
                  (1e-6 + 1e-9 / distance) * amplitude * amplitude)
          << zero << ' ' << distance;
    }
  }
}

// However large a crystal, what is out of a float's reach is 0 and no NaN.
TEST(MixedLattices, AreDarkFarFromThePoint) {
  for (const double cells : {1e3, 1e10, 1e40}) {
    const LatticeSize<double> crystal = size(cells, cells, cells);
    const Vec3<double> offset{0.5, -0.5, 0.5};
    EXPECT_EQ(mixed_squared<GaussLattice>(offset, crystal), 0.0);
    EXPECT_EQ(mixed_squared<TophatLattice>(offset, crystal), 0.0);
    const double round = mixed_squared<RoundLattice>(offset, crystal);
    EXPECT_GE(round, 0.0);
    EXPECT_LT(round, std::pow(RoundLattice::kVolumeCorrection * peak_of(crystal), 2) * 1e-10);
  }
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
    EXPECT_LE(peak, GaussCellsLattice::kPeak * 120) << row.name;
    EXPECT_LE(amplitude({0.02, -0.03, 0.04}), peak) << row.name;
    EXPECT_NEAR(amplitude({0.02, -0.03, 0.04}), amplitude({-0.02, 0.03, -0.04}), 1e-12 * peak)
        << row.name << " is centrosymmetric";
  }
}

// The quotient of the transform cancels to nothing there.
TEST(RoundLattice, IsBrightAroundAReciprocalLatticePoint) {
  const LatticeSize<double> crystal{{10.0, 12.0, 7.0}, 1.0, {}};
  const double peak = RoundLattice::kVolumeCorrection * peak_of(crystal);
  for (double delta = 1e-18; delta < 1e-3; delta *= 1.7) {
    const double x = constants::kPi * delta * 10.0;
    const double expected = 1.0 - x * x / 10.0 + x * x * x * x / 280.0;
    const double amplitude = RoundLattice::amplitude(Vec3{delta, 0.0, 0.0}, crystal);
    EXPECT_NEAR(amplitude / peak, expected, 1e-11) << delta;
  }
  EXPECT_EQ(RoundLattice::amplitude_by_quotient(Vec3{1e-16, 0.0, 0.0}, crystal), 0.0);
}

TEST(RoundLattice, ReducedPhasesGiveTheSameButForTheSign) {
  EXPECT_EQ(signless_sphere_transform(0.0), 1.0);
  for (int i = 1; i < 4000; ++i) {
    const double z = i / 97.0;
    const double x = constants::kPi * z;
    // Roundings of the sine, the cosine and their argument.
    const double tolerance = 3.0 * (1e-15 + 4e-16 * x) / (x * x);
    EXPECT_NEAR(std::abs(signless_sphere_transform(z)), std::abs(sphere_transform(x)), tolerance)
        << z;
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
