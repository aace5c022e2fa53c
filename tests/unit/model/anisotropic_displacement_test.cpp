// Anisotropic B against the isotropic one, and against symmetry.
#include "nanobragg/model/anisotropic_displacement.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/model/crystal.hpp"
#include "nanobragg/physics/displacement.hpp"

namespace nanobragg {
namespace {

constexpr double kRight = constants::kPi / 2;
const CellParameters<double> kTriclinic{21.0, 27.0, 33.0, 1.3, 1.7, 1.9};
const CellParameters<double> kHexagonal{30.0, 30.0, 50.0, kRight, kRight, 2.0 * constants::kPi / 3};

Lattice<double> lattice(const CellParameters<double>& cell) {
  CrystalValues crystal;
  crystal.cell = cell;
  return lattice_of(crystal);
}

// B that is the same in every direction: Bij = B cos of the angle between ai* and aj*.
SymmetricTensor<double> isotropic(double b, const Axes<double>& reciprocal) {
  const Vec3<double> x = unit(reciprocal.a), y = unit(reciprocal.b), z = unit(reciprocal.c);
  return {b, b, b, b * dot(x, y), b * dot(x, z), b * dot(y, z)};
}

TEST(AnisotropicDisplacement, IsTheIsotropicOneWhereItIsAlikeInAllDirections) {
  const Axes<double> reciprocal = lattice(kTriclinic).reciprocal;
  const auto beta = displacement_of(isotropic(17.0, reciprocal), reciprocal);
  for (const MillerIndex index : {MillerIndex{1, 0, 0}, {3, -2, 5}, {-4, 7, 1}, {0, 0, 0}}) {
    const Vec3<double> q = 1e10 * (static_cast<double>(index.h) * reciprocal.a +
                                   static_cast<double>(index.k) * reciprocal.b +
                                   static_cast<double>(index.l) * reciprocal.c);
    const double of_intensity = physics::displacement_factor(17.0, q);
    const double of_amplitude = displacement_of_amplitude(beta, index);
    EXPECT_NEAR(of_amplitude * of_amplitude, of_intensity, 1e-14);
  }
}

TEST(AnisotropicDisplacement, ActsAlongItsAxes) {
  // Of an orthorhombic cell, exp(−½ B11 h²/a²).
  const Axes<double> reciprocal = lattice({20, 30, 40, kRight, kRight, kRight}).reciprocal;
  const auto beta = displacement_of({12, 0, 0, 0, 0, 0}, reciprocal);
  EXPECT_NEAR(displacement_of_amplitude(beta, {5, 7, -3}), std::exp(-0.25 * 12 * 25 / 400.0),
              1e-14);
  EXPECT_EQ(displacement_of_amplitude(beta, {0, 7, -3}), 1.0);
  const auto mixed = displacement_of({0, 0, 0, 0, 0, 8}, reciprocal);
  EXPECT_NEAR(displacement_of_amplitude(mixed, {5, 2, -3}),
              std::exp(-0.25 * 8 * 2 * (2 / 30.0) * (-3 / 40.0)), 1e-14);
}

TEST(AnisotropicDisplacement, OfASymmetricCrystalHasItsSymmetry) {
  const Lattice<double> hexagonal = lattice(kHexagonal);
  const auto operations = rotations_of(hexagonal.direct, 1e-6);
  EXPECT_EQ(operations.size(), 12u);  // 622
  // B22 = B11, B12 = B11/2 (a* and b* are 60° apart), B13 = B23 = 0: Peterse & Palm (1966), Acta
  // Cryst. 20, 147.
  const auto mean = averaged({20, 10, 30, 3, 2, 1}, hexagonal.reciprocal, operations);
  EXPECT_NEAR(mean[0], mean[1], 1e-12);
  EXPECT_NEAR(mean[3], mean[0] / 2, 1e-12);
  EXPECT_NEAR(mean[2], 30.0, 1e-12);
  EXPECT_NEAR(mean[4], 0.0, 1e-12);
  EXPECT_NEAR(mean[5], 0.0, 1e-12);
  const auto again = averaged(mean, hexagonal.reciprocal, operations);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(again[i], mean[i], 1e-12);
  // What is alike in all directions has every symmetry.
  const auto round = isotropic(9.0, hexagonal.reciprocal);
  const auto same = averaged(round, hexagonal.reciprocal, operations);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(same[i], round[i], 1e-12);
  EXPECT_EQ(rotations_of(lattice(kTriclinic).direct, 1e-6).size(), 1u);
  EXPECT_EQ(rotations_of(lattice({20, 20, 20, kRight, kRight, kRight}).direct, 1e-6).size(), 24u);
}

TEST(DisplacedAmplitudes, StandInTheirTable) {
  const auto given = StructureFactors::from_reflections(
      std::vector<Reflection>{{{0, 0, 0}, 9.0}, {{2, 1, -1}, 5.0}}, 0.0);
  const SymmetricTensor<double> beta{0.1, 0.2, 0.3, 0.01, 0.02, 0.03};
  const StructureFactors out = displaced(given, beta, {});
  EXPECT_EQ(out.box(), given.box());
  EXPECT_EQ(out.at({0, 0, 0}), 9.0);
  const double sum = 0.1 * 4 + 0.2 + 0.3 + 2 * (0.01 * 2 - 0.02 * 2 - 0.03);
  EXPECT_NEAR(out.at({2, 1, -1}), 5.0 * std::exp(-sum / 4), 1e-14);
}

TEST(DisplacedAmplitudes, ReachAsFarAsAmplitudesOutsideTheTable) {
  const SymmetricTensor<double> beta{0.1, 0.2, 0.3, 0, 0, 0};
  const StructureFactors out = displaced(StructureFactors(7.0), beta, {{-3, -3, -3}, {3, 3, 3}});
  EXPECT_NEAR(out.at({3, 0, -3}), 7.0 * std::exp(-(0.9 + 2.7) / 4), 1e-14);
  EXPECT_EQ(out.at({4, 0, 0}), 7.0);
  EXPECT_FALSE(displaced(StructureFactors(0.0), beta, {}).has_table());
  EXPECT_THROW(displaced(StructureFactors(7.0), {-1e5, 0, 0, 0, 0, 0}, {{-9, 0, 0}, {9, 0, 0}}),
               Error);
}

}  // namespace
}  // namespace nanobragg
