// Diffuse haloes against closed forms, and against the symmetry of their Laue class.
#include "nanobragg/physics/liquid_motions.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "nanobragg/base/error.hpp"
#include "nanobragg/image/pipeline.hpp"
#include "nanobragg/model/liquid_motions.hpp"
#include "support/experiments.hpp"

namespace nanobragg::test {
namespace {

constexpr double kRight = constants::kPi / 2;
constexpr double kPi = constants::kPi;

Lattice<double> lattice(const CellParameters<double>& cell) {
  CrystalValues crystal;
  crystal.cell = cell;
  return lattice_of(crystal);
}

physics::LiquidTensors<double> tensors(const LiquidMotions& motions, const Axes<double>& reciprocal,
                                       std::span<const SymmetryOperation> rotations) {
  return {averaged(tensor_along_frame(motions.sigma_A, reciprocal, 8.0 * kPi * kPi), rotations),
          tensor_along_frame(motions.gamma_A, reciprocal, 1.0)};
}

const CellParameters<double> kTriclinic{21.0, 27.0, 33.0, 1.3, 1.7, 1.9};
const CellParameters<double> kTetragonal{30.0, 30.0, 50.0, kRight, kRight, kRight};

Vec3<double> vector_of(const Axes<double>& reciprocal, const Vec3<double>& hkl) {
  return hkl.x * reciprocal.a + hkl.y * reciprocal.b + hkl.z * reciprocal.c;
}

// One reflection; its amplitude is that which motions leave.
StructureFactors one(MillerIndex index, double amplitude) {
  return StructureFactors::from_reflections(std::vector<Reflection>{{index, amplitude}}, 0.0);
}

TEST(LiquidMotions, AreTheClosedFormInReciprocalSpace) {
  const Lattice<double> l = lattice(kTriclinic);
  const auto rotations = rotations_of(LaueClass::triclinic);
  const LiquidMotions motions{{0.4, 0.4, 0.4}, {25.0, 25.0, 25.0}};
  const auto t = tensors(motions, l.reciprocal, rotations);
  const MillerIndex index{3, -2, 4};
  const double s0 = length(vector_of(l.reciprocal, {3, -2, 4}));
  const double x = 4.0 * kPi * kPi * 0.16 * s0 * s0;
  const double kept = 9.0 * std::exp(-x / 2.0);
  for (const Vec3<double> offset : {Vec3<double>{0, 0, 0}, {0.1, 0, 0}, {-0.2, 0.3, 0.25}}) {
    const double ds = length(vector_of(l.reciprocal, offset));
    const double width = 1.0 + 4.0 * kPi * kPi * 625.0 * ds * ds;
    // A unit cell, over whose reciprocal volume 1/V the lattice factor is spread.
    const double expected =
        81.0 * (1.0 - std::exp(-x)) * 8.0 * kPi * 15625.0 / (width * width) / l.volume;
    const double found = physics::liquid_intensity(Vec3<double>{3, -2, 4} + offset, t,
                                                   {rotations, 0}, one(index, kept));
    EXPECT_NEAR(found, expected, 1e-12 * expected);
  }
}

TEST(LiquidMotions, AHaloHoldsWhatItsReflectionLoses) {
  const Lattice<double> l = lattice(kTriclinic);
  const auto rotations = rotations_of(LaueClass::triclinic);
  const LiquidMotions motions{{0.3, 0.5, 0.2}, {30.0, 12.0, 20.0}};
  const auto t = tensors(motions, l.reciprocal, rotations);
  const double x = 0.5 * physics::quadratic_form(t.beta, Vec3<double>{3, -2, 4});
  // ∫ over indices, in polar coordinates of √g Δ: the shape depends on the radius alone, and the
  // tail beyond R is ∫ 4π r² 8π/(4π² r²)² dr = 2/(π² ... ) as 1/R.
  const double along = 1.0 / std::sqrt(t.g[0]);
  const double scale = 8.0 * kPi * std::sqrt(physics::determinant(t.g));
  const double jacobian = 1.0 / std::sqrt(physics::determinant(t.g));
  double sum = 0.0;
  constexpr int kSteps = 200000;
  constexpr double kEnd = 100.0;
  for (int i = 0; i < kSteps; ++i) {
    const double r = kEnd * (i + 0.5) / kSteps;
    const double shape = physics::halo_shape<double>({r * along, 0, 0}, t.g, rotations);
    sum += 4.0 * kPi * r * r * shape * scale * jacobian * kEnd / kSteps;
  }
  const double tail = 8.0 * kPi * 4.0 * kPi / std::pow(2.0 * kPi, 4) / kEnd;
  EXPECT_NEAR(sum + tail, 1.0, 1e-6);
  // F'²·(exp(x) − 1) = F²·(1 − exp(−x)).
  const double kept = 9.0 * std::exp(-x / 2.0);
  const double peak =
      physics::liquid_intensity(Vec3<double>{3, -2, 4}, t, {rotations, 0}, one({3, -2, 4}, kept));
  EXPECT_NEAR(peak / scale, 81.0 * (1.0 - std::exp(-x)), 1e-11);
}

TEST(LiquidMotions, HaveTheSymmetryOfTheirLaueClass) {
  const Lattice<double> l = lattice(kTetragonal);
  const LiquidMotions motions{{0.3, 0.5, 0.2}, {30.0, 12.0, 20.0}};
  const StructureFactors everywhere(5.0);
  for (const LaueClass laue_class : {LaueClass::tetragonal, LaueClass::tetragonal_low,
                                     LaueClass::orthorhombic, LaueClass::monoclinic}) {
    const auto rotations = rotations_of(laue_class);
    const auto t = tensors(motions, l.reciprocal, rotations);
    const Vec3<double> hkl{2.3, -1.2, 3.4};
    const auto at = [&](const Vec3<double>& v) {
      return physics::liquid_intensity(v, t, {rotations, 1}, everywhere);
    };
    const double expected = at(hkl);
    for (const SymmetryOperation& operation : rotations) {
      EXPECT_NEAR(at(physics::rotated(hkl, operation)), expected, 1e-12 * expected);
    }
    EXPECT_NEAR(at(-hkl), expected, 1e-12 * expected);
    const bool has_fourfold =
        laue_class == LaueClass::tetragonal || laue_class == LaueClass::tetragonal_low;
    const double turned = at({1.2, 2.3, 3.4});  // about c by 90°
    EXPECT_EQ(std::abs(turned / expected - 1.0) < 1e-12, has_fourfold);
  }
}

TEST(LiquidMotions, AlikeInAllDirectionsNeedNoClass) {
  const Lattice<double> l = lattice(kTetragonal);
  const LiquidMotions motions{{0.3, 0.3, 0.3}, {20.0, 20.0, 20.0}};
  const StructureFactors everywhere(5.0);
  const auto none = rotations_of(LaueClass::triclinic);
  const auto all = rotations_of(LaueClass::tetragonal);
  const Vec3<double> hkl{2.3, -1.2, 3.4};
  const double expected =
      physics::liquid_intensity(hkl, tensors(motions, l.reciprocal, none), {none, 1}, everywhere);
  EXPECT_NEAR(
      physics::liquid_intensity(hkl, tensors(motions, l.reciprocal, all), {all, 1}, everywhere),
      expected, 1e-12 * expected);
}

TEST(LaueClasses, HaveTheOrdersOfTheirGroups) {
  const std::array<std::size_t, 12> orders{1, 2, 4, 4, 8, 3, 6, 6, 6, 12, 12, 24};
  for (const LaueClassInfo& row : laue_classes()) {
    EXPECT_EQ(rotations_of(row.laue_class).size(),
              orders.at(static_cast<std::size_t>(row.laue_class)))
        << row.name;
    EXPECT_EQ(find_laue_class(row.name), row.laue_class);
  }
  EXPECT_FALSE(find_laue_class("5/m"));
  // On the axes of their lattices they leave lengths as they are.
  const Lattice<double> hexagonal = lattice({30, 30, 50, kRight, kRight, 2.0 * kPi / 3.0});
  for (const LaueClass laue_class :
       {LaueClass::trigonal, LaueClass::trigonal_31m, LaueClass::hexagonal}) {
    for (const SymmetryOperation& operation : rotations_of(laue_class)) {
      const double before = length(vector_of(hexagonal.reciprocal, {2, 1, 3}));
      const double behind = length(
          vector_of(hexagonal.reciprocal, physics::rotated(Vec3<double>{2, 1, 3}, operation)));
      EXPECT_NEAR(behind, before, 1e-12);
    }
  }
}

Image<double> image_of(const ExperimentParts& parts, const char* kernel = "scalar") {
  const auto plan = plan::make_plan(parts.build(), compat::QuirkSet::physical());
  return image::simulate_f64(plan, kernel::find_kernel(kernel), {.threads = 2}).photons;
}

TEST(LiquidHaloes, AreTheSameBehindEveryKernelAndFollowTheVolume) {
  ExperimentParts e = small_experiment();
  e.structure_factors = random_amplitudes(12, 0.0, 1);
  e.crystal.displacements.anisotropic_b = {20, 10, 15, 0, 0, 0};
  const LiquidMotions motions{{0.4, 0.4, 0.4}, {30, 30, 30}};
  const auto haloes = [&](const char* kernel) {
    e.crystal.displacements.liquid_motions = motions;
    Image<double> with = image_of(e, kernel);
    // The same reflections without haloes: an anisotropic B as large.
    ExperimentParts without = e;
    without.crystal.displacements.liquid_motions.reset();
    const Axes<double> stars = lattice_of(*e.build().crystal).reciprocal;
    const auto beta = tensor_along_frame(motions.sigma_A, stars, 8.0 * kPi * kPi);
    const auto scales = displacement_of({1, 1, 1, 1, 1, 1}, stars);
    for (std::size_t i = 0; i < 6; ++i)
      (*without.crystal.displacements.anisotropic_b)[i] += beta[i] / scales[i];
    const Image<double> bragg = image_of(without, kernel);
    for (std::size_t i = 0; i < with.pixels().size(); ++i) with.pixels()[i] -= bragg.pixels()[i];
    return with;
  };
  const Image<double> scalar = haloes("scalar");
  const Image<double> sparse = haloes("sparse");
  e.crystal.blocks = 3.0;
  const Image<double> thrice = haloes("scalar");
  const double most = *std::ranges::max_element(scalar.pixels());
  ASSERT_GT(most, 0.0);
  for (std::size_t i = 0; i < scalar.pixels().size(); ++i) {
    ASSERT_NEAR(sparse.pixels()[i], scalar.pixels()[i], 1e-6 * most);
    ASSERT_NEAR(thrice.pixels()[i], 3.0 * scalar.pixels()[i], 1e-6 * most);
  }
}

TEST(LiquidMotions, AreRefusedWhereTheyAreNone) {
  ExperimentParts e = small_experiment();
  const auto refused = [&](const LiquidMotions& motions) {
    e.crystal.displacements.liquid_motions = motions;
    EXPECT_THROW(e.build(), Error);
  };
  refused({{-0.1, 0, 0}, {10, 10, 10}});
  refused({{0.1, 0, 0}, {10, 0, 10}});
  refused({{9, 0, 0}, {10, 10, 10}});
  refused({{0.1, 0.1, 0.1}, {10, NAN, 10}});
  refused({{0.1, 0.1, 0.1}, {10, 10, 10}, std::nullopt, 9});
}

}  // namespace
}  // namespace nanobragg::test
