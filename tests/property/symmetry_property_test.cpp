// Properties that the image must have whatever the numbers are.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/image/pipeline.hpp"
#include "nanobragg/kernel/interface/kernel.hpp"
#include "support/experiments.hpp"

namespace nanobragg::test {
namespace {

std::vector<double> render(const ExperimentParts& parts) {
  const auto plan = plan::make_plan(parts.build(), compat::QuirkSet::physical());
  const auto simulation = image::simulate_f64(plan, kernel::find_kernel("scalar"), {});
  return {simulation.photons.pixels().begin(), simulation.photons.pixels().end()};
}

void expect_scaled(const std::vector<double>& image, const std::vector<double>& expected,
                   double factor, double tolerance) {
  const double maximum = factor * *std::ranges::max_element(expected);
  RC_ASSERT(maximum > 0.0);
  for (std::size_t i = 0; i < image.size(); ++i) {
    RC_ASSERT(std::abs(image[i] - factor * expected[i]) <= tolerance * maximum);
  }
}

double between(double low, double high) {
  return low + (high - low) * *rc::gen::inRange(0, 1000001) / 1e6;
}

Vec3<double> any_angles() { return {between(-3, 3), between(-3, 3), between(-3, 3)}; }

RC_GTEST_PROP(ImageProperty, TwiceTheAmplitudeIsFourTimesTheLight, ()) {
  ExperimentParts parts = small_experiment();
  parts.crystal.misset_rad = any_angles();
  const auto image = render(parts);
  parts.structure_factors = StructureFactors(2 * parts.structure_factors.default_amplitude());
  expect_scaled(render(parts), image, 4.0, 1e-14);
}

RC_GTEST_PROP(ImageProperty, LightIsProportionalToTheFluence, ()) {
  ExperimentParts parts = small_experiment();
  parts.crystal.misset_rad = any_angles();
  parts.beam.fluence = 1e24;
  const auto image = render(parts);
  const double factor = between(0.1, 10);
  parts.beam.fluence *= factor;
  expect_scaled(render(parts), image, factor, 1e-14);
}

// The laboratory has no preferred direction. Rounding moves h, k, l by some 1e-13, and the steepest
// fringe of the lattice transform turns that into a few 1e-12 of the maximum.
RC_GTEST_PROP(ImageProperty, TurningCrystalBeamAndDetectorTogetherChangesNothing, ()) {
  ExperimentParts parts = small_experiment();
  parts.crystal.mosaicity = {};
  parts.spindle.start = Radian(0.01);
  parts.spindle.oscillation = {3, 0.02, {}};
  const auto image = render(parts);

  const Vec3<double> angles = any_angles();
  const auto turned = [&](const Vec3<double>& v) { return rotate_xyz(v, angles); };
  parts.crystal.reciprocal_axes = transform(lattice_of(parts.crystal).reciprocal, turned);
  parts.crystal.cell.reset();
  parts.crystal.misset_rad = {};
  parts.beam.direction = turned(parts.beam.direction);
  parts.beam.polarisation_axis = turned(parts.beam.polarisation_axis);
  parts.spindle.axis = turned(parts.spindle.axis);
  for (Vec3<double>* v :
       {&parts.panel.corner_m, &parts.panel.fast, &parts.panel.slow, &parts.panel.normal}) {
    *v = turned(*v);
  }
  expect_scaled(render(parts), image, 1.0, 1e-10);
}

// At a reciprocal lattice point all cells scatter in phase: the intensity goes with (N³)².
TEST(ImageProperty, ABraggPeakGrowsWithTheSquareOfTheNumberOfCells) {
  ExperimentParts parts = small_experiment();
  // The forward direction is the point 0 0 0 for any crystal; one pixel around it.
  parts.panel.shape = {1, 1};
  parts.panel.pixel_size = Metre(1e-9);
  parts.panel.corner_m = {-0.5e-9, -0.5e-9, 0.08};
  parts.beam.polarisation = Polarisation::off;
  for (const CrystalShapeInfo& row : kCrystalShapes) {
    parts.crystal.shape = row.shape;
    parts.crystal.cells = {2, 2, 2};
    const double small = render(parts)[0];
    parts.crystal.cells = {6, 6, 6};
    EXPECT_NEAR(render(parts)[0] / small, 729.0, 1e-3) << row.name;
  }
}

}  // namespace
}  // namespace nanobragg::test
