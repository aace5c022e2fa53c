// What slabs scatter, against closed forms and against itself.
#include "nanobragg/image/amorphous.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/image/pipeline.hpp"
#include "support/experiments.hpp"

namespace nanobragg::test {
namespace {

// 10 electrons at every angle, or falling from 12 to 2.
AmorphousSlab slab(double thickness_m, double slope_A = 0.0) {
  ScatteringTable table;
  for (int i = 0; i < 6; ++i) {
    table.stol_per_A.push_back(0.2 * i);
    table.amplitude_e.push_back(10.0 + slope_A * (0.2 * i - 0.2));
  }
  return {{"even", std::make_shared<const ScatteringTable>(table), 1000.0, 0.018},
          Metre(thickness_m)};
}

// Without a crystal.
ExperimentParts dark_experiment(std::size_t pixels) {
  ExperimentParts e = small_experiment();
  e.structure_factors = StructureFactors(0.0);
  e.beam.fluence = 1e20;
  e.panel.shape = {pixels, pixels};
  e.panel.pixel_size = Metre(1e-4);
  e.panel.corner_m = {-5e-5 * static_cast<double>(pixels), -5e-5 * static_cast<double>(pixels),
                      e.panel.close_distance.value()};
  return e;
}

Image<double> image_of(const ExperimentParts& parts) {
  const auto plan = plan::make_plan(parts.build(), compat::QuirkSet::physical());
  return image::simulate_f64(plan, kernel::find_kernel("scalar"), {.threads = 2}).photons;
}

double sum_of(const Image<double>& image) {
  double sum = 0.0;
  for (const double photons : image.pixels()) sum += photons;
  return sum;
}

TEST(Amorphous, IsThomsonScatteringOfEachMolecule) {
  ExperimentParts e = dark_experiment(21);
  e.beam.polarisation = Polarisation::off;
  e.stages.slabs = {slab(5e-5)};
  const Image<double> image = image_of(e);
  const double molecules = 1e-4 * 1e-4 * 5e-5 * 1000.0 / 0.018 * constants::kAvogadro;
  const double distance = e.panel.close_distance.value();
  const double solid_angle = 1e-8 / (distance * distance);
  const double expected =
      100.0 * constants::kClassicalElectronRadiusSquared * 1e20 * molecules * solid_angle;
  // The middle pixel is met squarely.
  EXPECT_NEAR((image[{10, 10}]), expected, 1e-9 * expected);
}

TEST(Amorphous, GrowsWithThicknessFluenceAndArea) {
  ExperimentParts e = dark_experiment(16);
  e.stages.slabs = {slab(5e-5, -8.0)};
  const double one = sum_of(image_of(e));
  e.stages.slabs = {slab(1.5e-4, -8.0)};
  EXPECT_NEAR(sum_of(image_of(e)), 3.0 * one, 1e-12 * one);
  e.beam.fluence *= 2.0;
  EXPECT_NEAR(sum_of(image_of(e)), 6.0 * one, 1e-12 * one);
  e.beam.size = Metre(2e-4);
  EXPECT_NEAR(sum_of(image_of(e)), 24.0 * one, 1e-11 * one);
}

TEST(Amorphous, AddsUp) {
  ExperimentParts e = dark_experiment(16);
  e.stages.slabs = {slab(5e-5, -8.0), slab(2e-5)};
  const Image<double> both = image_of(e);
  e.stages.slabs.pop_back();
  const Image<double> first = image_of(e);
  e.stages.slabs = {slab(2e-5)};
  const Image<double> second = image_of(e);
  for (std::size_t i = 0; i < both.pixels().size(); ++i) {
    ASSERT_NEAR(both.pixels()[i], first.pixels()[i] + second.pixels()[i], 1e-12 * both.pixels()[i]);
  }
}

TEST(Amorphous, TakesLightAwayWhereAmplitudesAreNegative) {
  ExperimentParts e = dark_experiment(16);
  e.stages.slabs = {slab(5e-5)};
  const double one = sum_of(image_of(e));
  AmorphousSlab blank = slab(5e-5);
  ScatteringTable table = *blank.material.table;
  for (double& f : table.amplitude_e) f = -f;
  blank.material.table = std::make_shared<const ScatteringTable>(table);
  e.stages.slabs = {blank};
  EXPECT_NEAR(sum_of(image_of(e)), -one, 1e-12 * one);
}

// What images take from every eighth pixel is what each pixel by itself has.
TEST(Amorphous, IsSmoothBetweenPixels) {
  ExperimentParts e = dark_experiment(301);
  e.panel.close_distance = e.panel.distance = Metre(0.11);
  e.panel.corner_m = {-0.011, -0.02, 0.11};
  e.beam.dispersion = {5, 0.03, {}};
  e.sensor = {{3, 4.5e-4, {}}, 1.0 / 3e-4};
  e.stages.slabs = {slab(5e-5, -8.0)};
  e.sampling.region = RegionOfInterest{{3, 17}, {299, 300}};
  const auto plan = plan::make_plan(e.build(), compat::QuirkSet::physical());
  const auto panel = *plan::panel_plan(plan, 0);
  const image::AmorphousCurves curves(image::scene_of(plan));
  const image::Amorphous amorphous(panel, curves);
  const Image<double> image = image_of(e);
  // The beam meets the panel between pixels 109 and 110, 199 and 200.
  const auto from_beam = [](PixelIndex p) {
    return std::hypot(static_cast<double>(p.fast) - 109.5, static_cast<double>(p.slow) - 199.5);
  };
  for (std::size_t slow = 0; slow < 301; ++slow) {
    for (std::size_t fast = 0; fast < 301; ++fast) {
      const PixelIndex pixel{slow, fast};
      const double expected = panel.renders(pixel) ? amorphous.photons(pixel) : 0.0;
      const double tolerance = from_beam(pixel) > 150.0 ? 2e-8 : 1e-6;
      ASSERT_NEAR(image[pixel], expected, tolerance * expected) << slow << " " << fast;
    }
  }
}

TEST(Amorphous, RefusesWhatIsNoMatter) {
  const auto refused = [](auto change) {
    AmorphousSlab bad = slab(1e-5);
    ScatteringTable table = *bad.material.table;
    change(bad, table);
    bad.material.table = std::make_shared<const ScatteringTable>(table);
    EXPECT_THROW(check(bad), Error);
  };
  refused([](auto& bad, auto&) { bad.thickness = Metre(-1e-6); });
  refused([](auto& bad, auto&) { bad.material.density_kg_m3 = 0.0; });
  refused([](auto& bad, auto&) { bad.material.molar_mass_kg = -1.0; });
  refused([](auto&, auto& table) { table.stol_per_A[2] = table.stol_per_A[1]; });
  refused([](auto&, auto& table) { table.amplitude_e[0] = std::nan(""); });
  refused([](auto&, auto& table) { table.stol_per_A.resize(3), table.amplitude_e.resize(3); });
}

}  // namespace
}  // namespace nanobragg::test
