// Amplitudes between and at lattice points.
#include "nanobragg/physics/structure_factor_lookup.hpp"

#include <gtest/gtest.h>

#include <array>

#include "nanobragg/base/dual.hpp"

namespace nanobragg::physics {
namespace {

// A polynomial of degree 3 in each index, on a box.
double polynomial(double h, double k, double l) {
  return 100 + h * h * h - 2 * k * k * l + 0.5 * l * l * l * h - k;
}

StructureFactors polynomial_table() {
  std::vector<Reflection> reflections;
  for (int h = -3; h <= 4; ++h) {
    for (int k = -4; k <= 3; ++k) {
      for (int l = -2; l <= 5; ++l) reflections.push_back({{h, k, l}, polynomial(h, k, l)});
    }
  }
  return StructureFactors::from_reflections(reflections, 7.0);
}

TEST(Nearest, RoundsHalvesDown) {
  EXPECT_EQ(nearest_integer(0.5), 0.0);
  EXPECT_EQ(nearest_integer(-0.5), -1.0);
  EXPECT_EQ(nearest_integer(1.49), 1.0);
}

TEST(Nearest, AnExtremeIndexIsOutsideAnyTable) {
  const MillerIndex index = nearest_index(Vec3<double>{1e300, -1e300, 0});
  EXPECT_EQ(polynomial_table().at(index), 7.0);
}

TEST(Tricubic, ReproducesCubicPolynomials) {
  const StructureFactors f = polynomial_table();
  for (const Vec3<double> hkl : {Vec3<double>{0.3, -0.7, 2.9}, {1.99, 0.01, 0.5}, {-0.9, 1, 3}}) {
    ASSERT_TRUE(can_interpolate(hkl, f.box()));
    EXPECT_NEAR(tricubic_amplitude(hkl, f), polynomial(hkl.x, hkl.y, hkl.z), 1e-10);
  }
}

TEST(Cubic, IsTheSameInDifferencesFromItsSecondValue) {
  const std::array<double, 4> y{3.0, -1.0, 4.0, 1.5};
  const CubicSum<double> sum(y[0], y[1], y[2], y[3]);
  for (const double d : {1.0, 1.25, 1.9, 2.0, 0.3, 2.8}) {
    const auto w = cubic_weights(d);
    const auto by = cubic_weight_slopes(d);
    const auto at = Dual<double, 1>::variable(d, 0);
    const auto expected = cubic_through(std::array<Dual<double, 1>, 4>{y[0], y[1], y[2], y[3]},
                                        Dual<double, 1>(0.0), at);
    EXPECT_NEAR(w[0] + w[1] + w[2] + w[3], 1.0, 1e-15) << d;
    EXPECT_NEAR(sum.value(w[0], w[2], w[3]), expected.value, 1e-14) << d;
    EXPECT_NEAR(sum.slope(by[0], by[2], by[3]), expected.slope[0], 1e-14) << d;
  }
}

TEST(Tricubic, KnowsWhereItsNeighbourhoodEnds) {
  const MillerBox box = polynomial_table().box();
  EXPECT_TRUE(can_interpolate(Vec3<double>{2.0, 0, 1}, box));
  EXPECT_FALSE(can_interpolate(Vec3<double>{2.001, 0, 1}, box));
  EXPECT_TRUE(can_interpolate(Vec3<double>{-1.0, 0, 1}, box));
  EXPECT_FALSE(can_interpolate(Vec3<double>{-1.001, 0, 1}, box));
}

}  // namespace
}  // namespace nanobragg::physics
