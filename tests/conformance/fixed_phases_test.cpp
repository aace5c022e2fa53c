// Where phases in fixed point would not do, single precision takes another way: it must not show.
#include <gtest/gtest.h>

#include <algorithm>

#include "nanobragg/image/pipeline.hpp"
#include "nanobragg/kernel/interface/kernel.hpp"
#include "support/experiments.hpp"

namespace nanobragg::test {
namespace {

using Parts = ExperimentParts;

Image<double> render(const plan::SamplingPlan& plan, const kernel::Kernel& kernel,
                     kernel::Precision precision) {
  return image::simulate_f64(plan, kernel, {1, nullptr, precision}).photons;
}

// Every SIMD kernel in single precision against the scalar kernel.
void expect_accurate(const Parts& parts) {
  const auto plan = plan::make_plan(parts.build(), compat::QuirkSet::physical());
  const Image<double> expected =
      render(plan, kernel::find_kernel("scalar"), kernel::Precision::float64);
  const double maximum = *std::ranges::max_element(expected.pixels());
  ASSERT_GT(maximum, 0.0);
  for (const kernel::Kernel& kernel : kernel::kernels()) {
    if (kernel.name == "analytic") continue;  // tests/property/analytic_spots_test.cpp
    if (!kernel.name.starts_with("simd-")) continue;
    const Image<double> image = render(plan, kernel, kernel::Precision::float32);
    for (std::size_t i = 0; i < image.pixels().size(); ++i) {
      const double photons = expected.pixels()[i];
      ASSERT_NEAR(image.pixels()[i], photons, 5e-6 * std::max(photons, 1e-9 * maximum))
          << kernel.name << ", pixel " << i;
    }
  }
}

// With a table of amplitudes, and with one amplitude for all.
void expect_accurate_with_any_amplitudes(Parts parts) {
  expect_accurate(parts);
  parts.structure_factors = random_amplitudes(8, 3.0, 1);
  expect_accurate(parts);
}

// The centre of pixel (slow 12, fast 16) on the beam: h, k and l are 0 there.
Parts with_a_pixel_on_the_beam() {
  Parts parts = small_experiment();
  parts.panel.corner_m = {-16.5 * 5e-4, -12.5 * 5e-4, 0.08};
  return parts;
}

TEST(FixedPhases, AllZeroInTheDirectBeam) {
  const Parts parts = with_a_pixel_on_the_beam();
  const auto plan = plan::make_plan(parts.build(), compat::QuirkSet::physical());
  const auto image = render(plan, kernel::find_kernel("scalar"), kernel::Precision::float64);
  ASSERT_EQ(std::ranges::max_element(image.pixels()) - image.pixels().begin(), 12 * 32 + 16);
  expect_accurate_with_any_amplitudes(parts);
}

// A right-angled crystal along the beam has h = 0 along a whole column, k = 0 along a row.
TEST(FixedPhases, OneZeroAlongTheAxes) {
  Parts parts = with_a_pixel_on_the_beam();
  constexpr double kRight = 1.5707963267948966;
  parts.crystal.cell = CellParameters<double>{40, 50, 60, kRight, kRight, kRight};
  parts.crystal.misset_rad = {0.0, 0.0, 0.0};
  expect_accurate_with_any_amplitudes(parts);
}

TEST(FixedPhases, OneCellAlongSomeAxes) {
  Parts parts = small_experiment();
  parts.crystal.cells = {1, 7, 1};
  expect_accurate_with_any_amplitudes(parts);
}

// N·h beyond 2¹⁹.
TEST(FixedPhases, TooManyCells) {
  Parts parts = small_experiment();
  parts.crystal.cells = {200000, 4, 300000};
  expect_accurate_with_any_amplitudes(parts);
}

TEST(FixedPhases, FractionsOfCells) {
  Parts parts = small_experiment();
  parts.crystal.cells = {4.5, 6, 1.5};
  expect_accurate_with_any_amplitudes(parts);
}

}  // namespace
}  // namespace nanobragg::test
