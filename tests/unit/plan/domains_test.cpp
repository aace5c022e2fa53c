// Mosaic domains whose spreads about the crystal's axes differ.
#include "nanobragg/plan/domains.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/plan/orientations.hpp"

namespace nanobragg::plan {
namespace {

constexpr double kSpread = 1e-3;
constexpr std::array<double, 3> kRelative{0.25, 1.0, 0.5};

CrystalValues crystal(DomainDraw draw, int domains) {
  CrystalValues out;
  out.cell = CellParameters<double>{40, 50, 60, 1.4, 1.7, 1.9};
  out.mosaicity = {.spread = Radian(kSpread),
                   .domains = domains,
                   .shape = MosaicShape::gauss,
                   .draw = draw,
                   .relative_spreads = kRelative};
  return out;
}

CrystalInputs<double> inputs_of(const CrystalValues& values) {
  const Lattice<double> lattice = lattice_of(values);
  CrystalInputs<double> in;
  in.axes = in_metres(lattice.direct);
  in.reciprocal = lattice.reciprocal;
  in.mosaic_spread = kSpread;
  return in;
}

// Deviations of small turns about three axes follow from the antisymmetric part of their matrices.
TEST(DomainsAboutThreeAxes, HaveTheDeviationOfEach) {
  for (const DomainDraw draw : {DomainDraw::even, DomainDraw::random}) {
    const CrystalValues values = crystal(draw, 4001);
    const auto domains = mosaic_domains(values, inputs_of(values), AngleRounding::none);
    std::array<double, 3> squares{};
    double mixed = 0.0;
    for (const Mat3<double>& m : domains) {
      const auto& [x, y, z] = m.row;
      const std::array turn{0.5 * (z.y - y.z), 0.5 * (x.z - z.x), 0.5 * (y.x - x.y)};
      for (std::size_t i = 0; i < 3; ++i) squares.at(i) += turn.at(i) * turn.at(i) / 4001;
      mixed += turn[1] * turn[2] / 4001;
    }
    // Chance leaves 1/√(2·4001) of the deviation of random ones.
    const double accuracy = draw == DomainDraw::even ? 1e-3 : 4 / std::sqrt(2 * 4001.0);
    for (std::size_t i = 0; i < 3; ++i) {
      const double expected = deviation_of_half_width(kSpread * kRelative.at(i));
      EXPECT_NEAR(std::sqrt(squares.at(i)) / expected, 1.0, accuracy) << i;
    }
    EXPECT_LT(std::abs(mixed), 0.1 * std::sqrt(squares[1] * squares[2]));
  }
}

// ⟨xᵢ xⱼ⟩ = ρᵢⱼ σᵢ σⱼ of many domains, also where two axes turn as one.
TEST(DomainsAboutThreeAxes, AreCorrelated) {
  for (const std::array<double, 3>& correlations :
       {std::array{0.3, -0.5, 0.4}, std::array{0.6, 0.6, 1.0}, std::array{-1.0, -0.9, 0.7}}) {
    CrystalValues values = crystal(DomainDraw::random, 4001);
    values.mosaicity.correlations = correlations;
    check(values);
    const auto domains = mosaic_domains(values, inputs_of(values), AngleRounding::none);
    std::array<double, 3> products{};
    for (const Mat3<double>& m : domains) {
      const auto& [x, y, z] = m.row;
      const std::array turn{0.5 * (z.y - y.z), 0.5 * (x.z - z.x), 0.5 * (y.x - x.y)};
      for (std::size_t i = 0; i < 3; ++i) {
        products.at(i) += turn.at((i + 1) % 3) * turn.at((i + 2) % 3) / 4001;
      }
    }
    const auto& [yz, xz, xy] = correlations;
    const std::array expected{xy * xz + yz * std::sqrt((1 - xy * xy) * (1 - xz * xz)), xz, xy};
    for (std::size_t i = 0; i < 3; ++i) {
      const double scale = deviation_of_half_width(kSpread * kRelative.at((i + 1) % 3)) *
                           deviation_of_half_width(kSpread * kRelative.at((i + 2) % 3));
      // Of random ones chance leaves 1/√4001.
      EXPECT_NEAR(products.at(i) / scale, expected.at(i), 4 / std::sqrt(4001.0)) << i;
    }
  }
}

TEST(DomainsAboutThreeAxes, CannotHaveImpossibleCorrelations) {
  CrystalValues values = crystal(DomainDraw::even, 9);
  values.mosaicity.correlations = {0.0, 1.1, 0.0};
  EXPECT_THROW(check(values), Error);
  values.mosaicity.correlations = {0.0, 0.5, 0.0};
  check(values);
  values.mosaicity.relative_spreads.reset();
  EXPECT_THROW(check(values), Error);
}

// A turn about the crystal's z leaves c where it is, and turns a* about it: whatever the setting,
// and wherever the spindle stands.
TEST(DomainsAboutThreeAxes, TurnInTheFrameOfTheCrystal) {
  CrystalValues values = crystal(DomainDraw::even, 8);
  values.mosaicity.relative_spreads = {{0.0, 0.0, 1.0}};
  values.misset_rad = {0.3, -0.9, 2.0};
  const CrystalInputs<double> in = inputs_of(values);
  const auto domains = mosaic_domains(values, in, AngleRounding::none);
  const Vec3<double> spindle = unit(Vec3<double>{1, 2, -1});
  const std::vector<double> angles{0.0, 1.3};
  const auto lattices = orientations_in_crystal<double>(in, spindle, angles, domains);
  ASSERT_EQ(lattices.size(), 16U);
  double largest = 0.0;
  for (std::size_t i = 0; i < lattices.size(); ++i) {
    const double phi = angles[i / 8];
    const Vec3<double> c = rotate_about(in.axes.c, spindle, phi);
    EXPECT_LT(length(lattices[i].c - c), 1e-14 * length(c));
    const Vec3<double> a = rotate_about(in.axes.a, spindle, phi);
    largest = std::max(largest, length(lattices[i].a - a) / length(a));
    // The volume stays.
    const auto& [x, y, z] = lattices[i];
    const auto& [u, v, w] = in.axes;
    EXPECT_NEAR(dot(x, cross(y, z)) / dot(u, cross(v, w)), 1.0, 1e-12);
  }
  EXPECT_GT(largest, 0.5 * kSpread);
}

}  // namespace
}  // namespace nanobragg::plan
