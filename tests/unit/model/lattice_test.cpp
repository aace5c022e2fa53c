// Lattices: closed forms for simple cells, reciprocity for any cell.
#include "nanobragg/model/lattice.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/model/crystal.hpp"

namespace nanobragg {
namespace {

constexpr double kDegree = 1.0 / constants::kDegreesPerRadian;
const CellParameters<double> kTriclinic{70, 80, 90, 75 * kDegree, 85 * kDegree, 95 * kDegree};

TEST(UnitCell, VolumeOfABox) {
  const double right = constants::kPi / 2;
  EXPECT_NEAR(volume(CellParameters<double>{2, 3, 5, right, right, right}), 30.0, 1e-13);
}

TEST(UnitCell, RejectsAnglesThatDoNotClose) {
  EXPECT_THROW(UnitCell({10, 10, 10, 120 * kDegree, 120 * kDegree, 120 * kDegree}), Error);
  EXPECT_THROW(UnitCell({10, 10, 10, 30 * kDegree, 30 * kDegree, 90 * kDegree}), Error);
  EXPECT_THROW(UnitCell({-10, 10, 10, 1.5, 1.5, 1.5}), Error);
  EXPECT_NO_THROW(UnitCell{kTriclinic});
}

TEST(Lattice, ReciprocalAxesAreDualToDirectOnes) {
  const auto lattice = make_lattice<double>(standard_reciprocal_axes(kTriclinic), kTriclinic);
  const auto& [a, b, c] = lattice.direct;
  const auto& [a_star, b_star, c_star] = lattice.reciprocal;
  EXPECT_NEAR(dot(a, a_star), 1.0, 1e-14);
  EXPECT_NEAR(dot(b, b_star), 1.0, 1e-14);
  EXPECT_NEAR(dot(c, c_star), 1.0, 1e-14);
  for (const double off : {dot(a, b_star), dot(a, c_star), dot(b, a_star), dot(b, c_star),
                           dot(c, a_star), dot(c, b_star)}) {
    EXPECT_NEAR(off, 0.0, 1e-14);
  }
}

TEST(Lattice, KeepsTheCell) {
  const auto lattice = make_lattice<double>(standard_reciprocal_axes(kTriclinic), kTriclinic);
  const auto& [a, b, c] = lattice.direct;
  EXPECT_NEAR(length(a), 70, 1e-12);
  EXPECT_NEAR(length(b), 80, 1e-12);
  EXPECT_NEAR(length(c), 90, 1e-12);
  EXPECT_NEAR(std::acos(dot(b, c) / 80 / 90), kTriclinic.alpha, 1e-14);
  EXPECT_NEAR(std::acos(dot(c, a) / 90 / 70), kTriclinic.beta, 1e-14);
  EXPECT_NEAR(std::acos(dot(a, b) / 70 / 80), kTriclinic.gamma, 1e-14);
  EXPECT_NEAR(lattice.volume, volume(kTriclinic), 1e-9);
}

TEST(Lattice, ACellImposesItsLengthsOnGivenDirections) {
  const Axes<double> skewed{{0.02, 0, 0}, {0, 0.02, 0}, {0, 0, 0.02}};
  const double right = constants::kPi / 2;
  const CellParameters<double> cell{40, 50, 60, right, right, right};
  const auto lattice = make_lattice<double>(skewed, cell);
  EXPECT_NEAR(length(lattice.direct.a), 40, 1e-12);
  EXPECT_NEAR(length(lattice.direct.b), 50, 1e-12);
  EXPECT_NEAR(length(lattice.direct.c), 60, 1e-12);
}

TEST(Crystal, RejectsWhatIsNoCrystal) {
  CrystalValues values;
  EXPECT_THROW(Crystal{values}, Error) << "no cell";
  values.reciprocal_axes = Axes<double>{{0.01, 0, 0}, {0, 0.01, 0}, {0.01, 0.01, 0}};
  EXPECT_THROW(Crystal{values}, Error) << "coplanar axes";
  values.reciprocal_axes = Axes<double>{{0.01, 0, 0}, {0, 0.01, 0}, {0, 0, 0.01}};
  EXPECT_NO_THROW(Crystal{values});
  values.cells[1] = 0.5;
  EXPECT_THROW(Crystal{values}, Error) << "half a cell";
}

TEST(Crystal, RejectsNumbersThatCannotBe) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CrystalValues good;
  good.reciprocal_axes = Axes<double>{{0.01, 0, 0}, {0, 0.01, 0}, {0, 0, 0.01}};
  EXPECT_NO_THROW(Crystal{good});
  const auto refused = [&](const auto& change) {
    CrystalValues values = good;
    change(values);
    EXPECT_THROW(Crystal{values}, Error);
  };
  refused([](auto& v) { v.reciprocal_axes->c = -v.reciprocal_axes->c; });
  refused([](auto& v) { v.reciprocal_axes = Axes<double>{{2, 0, 0}, {0, 2, 0}, {0, 0, 2}}; });
  refused([](auto& v) { v.reciprocal_axes = Axes<double>{{1e-9, 0, 0}, {0, 1, 0}, {0, 0, 1}}; });
  refused([&](auto& v) { v.misset_rad.y = nan; });
  refused([&](auto& v) { v.cells[2] = nan; });
  refused([](auto& v) { v.cells[2] = 1e30; });
  refused([&](auto& v) { v.fudge = nan; });
  refused([&](auto& v) { v.b_factor = nan; });
  refused([&](auto& v) { v.mosaicity.spread = Radian(nan); });
  refused([](auto& v) { v.mosaicity.spread = Radian(-0.1); });
  refused([](auto& v) { v.mosaicity.spread = Radian(1e9); });
}

// Lengths come from the cell, so those of the axes do not count.
TEST(Crystal, TakesDirectionsBesideACell) {
  CrystalValues values;
  values.reciprocal_axes = Axes<double>{{50, 0, 0}, {0, 60, 0}, {0, 0, 70}};
  EXPECT_THROW(Crystal{values}, Error);
  values.cell = kTriclinic;
  EXPECT_NO_THROW(Crystal{values});
}

TEST(Crystal, MissettingTurnsTheLatticeRigidly) {
  CrystalValues values;
  values.cell = kTriclinic;
  const Lattice<double> straight = lattice_of(values);
  values.misset_rad = {0.1, -0.2, 0.3};
  const Lattice<double> turned = lattice_of(values);
  EXPECT_GT(length(turned.direct.a - straight.direct.a), 1.0);
  EXPECT_NEAR(dot(turned.direct.a, turned.direct.b), dot(straight.direct.a, straight.direct.b),
              1e-10);
  EXPECT_NEAR(turned.volume, straight.volume, 1e-8);
}

}  // namespace
}  // namespace nanobragg
