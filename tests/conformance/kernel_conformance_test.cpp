// One test body for every kernel and precision: each must give the photons of the reference kernel
// without quirks, over every option of an experiment.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <ostream>

#include "nanobragg/base/error.hpp"
#include "nanobragg/kernel/kernel.hpp"
#include "nanobragg/kernel/reach.hpp"
#include "support/experiments.hpp"

namespace nanobragg::test {

void PrintTo(const NamedExperiment& experiment, std::ostream* out) { *out << experiment.name; }

namespace {

using compat::QuirkSet;

// How far a kernel may be from the reference kernel: relative to the pixel, and relative to the
// image's maximum (which decides for the faintest pixels).
struct Tolerance {
  double of_pixel;
  double of_maximum;
};

constexpr Tolerance kDouble{1e-12, 1e-12};
constexpr Tolerance kDoubleInFloats{1e-7, 1e-12};
// Lattice factors in single precision.
constexpr Tolerance kMixed{5e-6, 5e-15};

template <class Real>
std::vector<double> render(const kernel::Kernel& kernel, const plan::SamplingPlan& plan,
                           std::size_t threads,
                           kernel::Precision precision = kernel::Precision::float64) {
  Image<Real> image(plan.detector.panels[0].shape);
  if constexpr (std::is_same_v<Real, float>) {
    kernel.render_f32(plan, 0, image.view(), {threads, nullptr, precision});
  } else {
    kernel.render_f64(plan, 0, image.view(), {threads, nullptr, precision});
  }
  return {image.pixels().begin(), image.pixels().end()};
}

void expect_same(const std::vector<double>& image, const std::vector<double>& expected,
                 const Tolerance& tolerance) {
  const double maximum = *std::ranges::max_element(expected);
  ASSERT_GT(maximum, 0.0);
  for (std::size_t i = 0; i < image.size(); ++i) {
    ASSERT_NEAR(image[i], expected[i],
                tolerance.of_pixel * expected[i] + tolerance.of_maximum * maximum)
        << "pixel " << i;
  }
}

// The sparse kernel starts from whole reflections on a flat panel.
bool can_render(const kernel::Kernel& kernel, const plan::SamplingPlan& plan) {
  return kernel.name != "sparse" || (plan.detector.curvature == Curvature::flat &&
                                     plan.crystal.interpolation == Interpolation::nearest);
}

class Conformance : public testing::TestWithParam<NamedExperiment> {
 protected:
  const plan::SamplingPlan plan_ = plan::make_plan(GetParam().parts.build(), QuirkSet::physical());
  const std::vector<double> expected_ = render<double>(kernel::find_kernel("reference"), plan_, 1);
};

TEST_P(Conformance, EveryKernelGivesTheSamePhotons) {
  for (const kernel::Kernel& kernel : kernel::kernels()) {
    SCOPED_TRACE(kernel.name);
    if (!can_render(kernel, plan_)) {
      EXPECT_THROW(render<double>(kernel, plan_, 1), UsageError);
      continue;
    }
    expect_same(render<double>(kernel, plan_, 2), expected_, kDouble);
    expect_same(render<float>(kernel, plan_, 2), expected_, kDoubleInFloats);
    if (!kernel.name.starts_with("simd")) continue;
    expect_same(render<float>(kernel, plan_, 2, kernel::Precision::float32), expected_, kMixed);
  }
}

TEST_P(Conformance, TheNumberOfThreadsChangesNoBit) {
  for (const kernel::Kernel& kernel : kernel::kernels()) {
    SCOPED_TRACE(kernel.name);
    if (!can_render(kernel, plan_)) {
      EXPECT_THROW(render<double>(kernel, plan_, 1), UsageError);
      continue;
    }
    const auto one = render<double>(kernel, plan_, 1);
    EXPECT_EQ(render<double>(kernel, plan_, 2), one);
    EXPECT_EQ(render<double>(kernel, plan_, 7), one);
    EXPECT_EQ(render<float>(kernel, plan_, 7, kernel::Precision::float32),
              render<float>(kernel, plan_, 1, kernel::Precision::float32));
  }
}

// Which pixels share a vector with it changes no bit of a pixel.
TEST_P(Conformance, APixelIsTheSameInARegion) {
  plan::SamplingPlan part = plan_;
  auto& [first, last] = part.detector.region;
  first.fast = std::min(first.fast + 3, last.fast);
  first.slow = std::min(first.slow + 1, last.slow);
  const std::size_t width = plan_.detector.panels[0].shape.fast;
  for (const kernel::Kernel& kernel : kernel::kernels()) {
    if (!can_render(kernel, plan_)) continue;
    for (const auto precision : {kernel::Precision::float64, kernel::Precision::float32}) {
      SCOPED_TRACE(kernel.name);
      const auto whole = render<float>(kernel, plan_, 2, precision);
      const auto region = render<float>(kernel, part, 2, precision);
      for (std::size_t slow = first.slow; slow <= last.slow; ++slow) {
        for (std::size_t fast = first.fast; fast <= last.fast; ++fast) {
          ASSERT_EQ(region[slow * width + fast], whole[slow * width + fast])
              << "pixel " << slow << ' ' << fast;
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Options, Conformance, testing::ValuesIn(option_experiments()),
                         [](const auto& instance) { return instance.param.name; });

// What culling leaves out of a pixel is less than was allowed, and it does leave something out.
TEST_P(Conformance, CullingLosesNoMoreThanItsBound) {
  const kernel::Kernel& sparse = kernel::find_kernel("sparse");
  if (!can_render(sparse, plan_)) GTEST_SKIP() << "not for the sparse kernel";
  const double maximum = *std::ranges::max_element(expected_);
  for (const double fraction : {1e-6, 1e-2, 0.5}) {
    plan::SamplingPlan culled = plan_;
    culled.sampling.cull = fraction * maximum;
    const std::vector<double> image = render<double>(sparse, culled, 2);
    for (std::size_t i = 0; i < image.size(); ++i) {
      ASSERT_LE(image[i], expected_[i] + 1e-12 * maximum) << "pixel " << i;
      ASSERT_GE(image[i], expected_[i] - culled.sampling.cull - 1e-12 * maximum) << "pixel " << i;
    }
  }
}

TEST(Culling, LeavesOutTailsOfSpots) {
  for (const CrystalShape shape : {CrystalShape::round, CrystalShape::gauss}) {
    ExperimentParts parts = small_experiment();
    parts.crystal.shape = shape;
    plan::SamplingPlan plan = plan::make_plan(parts.build(), QuirkSet::physical());
    const kernel::Kernel& sparse = kernel::find_kernel("sparse");
    const auto whole = render<double>(sparse, plan, 1);
    plan.sampling.cull = 10.0 * *std::ranges::max_element(whole);
    const auto culled = render<double>(sparse, plan, 1);
    EXPECT_LT(std::ranges::count_if(culled, [](double x) { return x > 0.0; }),
              std::ranges::count_if(whole, [](double x) { return x > 0.0; }));
  }
}

// A negative B factor makes intensities grow with the angle: here by 10⁶⁰ up to the corners.
TEST(Culling, SeesLightThatGrowsWithTheAngle) {
  ExperimentParts parts = small_experiment();
  parts.crystal.shape = CrystalShape::gauss;
  parts.crystal.cells = {10, 10, 10};
  const plan::SamplingPlan even = plan::make_plan(parts.build(), QuirkSet::physical());
  const double q = 1e-10 * kernel::largest_scattering_vector(even, 0, even.detector.region,
                                                             even.beam.sources.front());
  parts.crystal.b_factor = -2.0 * std::log(1e60) / (q * q);
  plan::SamplingPlan plan = plan::make_plan(parts.build(), QuirkSet::physical());
  const auto expected = render<double>(kernel::find_kernel("scalar"), plan, 2);
  for (const double cull : {0.0, 1.0, 1e30}) {
    plan.sampling.cull = cull;
    const auto found = render<double>(kernel::find_kernel("sparse"), plan, 2);
    const double lost = std::max(cull, std::ldexp(1.0, -149));
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_NEAR(found[i], expected[i], 1e-7 * expected[i] + lost) << "pixel " << i;
    }
  }
}

// Solid angles follow the normal that is given, patches of light the plane of the pixels.
TEST(Sparse, TakesANormalThatIsNotAcrossThePanel) {
  for (const double tilt : {0.0, 0.4, 1.5}) {
    for (const double sign : {1.0, -1.0}) {
      ExperimentParts parts = small_experiment();
      parts.crystal.shape = CrystalShape::gauss;
      parts.crystal.cells = {10, 10, 10};
      PanelValues& panel = parts.panel;
      panel.normal = sign * unit(panel.normal + std::tan(tilt) * panel.slow);
      panel.close_distance = Metre(dot(panel.corner_m, panel.normal));
      const plan::SamplingPlan plan = plan::make_plan(parts.build(), QuirkSet::physical());
      const auto expected = render<double>(kernel::find_kernel("scalar"), plan, 2);
      const auto found = render<double>(kernel::find_kernel("sparse"), plan, 2);
      double most = 0.0;
      for (const double x : expected) most = std::fmax(most, std::abs(x));
      ASSERT_GT(most, 0.0);
      for (std::size_t i = 0; i < found.size(); ++i) {
        ASSERT_NEAR(found[i], expected[i], 1e-12 * most) << tilt << ' ' << sign << ", pixel " << i;
      }
    }
  }
}

TEST(Kernels, HaveUniqueNamesAndAnUnknownOneIsAnError) {
  for (const kernel::Kernel& kernel : kernel::kernels()) {
    EXPECT_EQ(&kernel::find_kernel(kernel.name), &kernel);
  }
  EXPECT_THROW(kernel::find_kernel("warp"), std::exception);
}

// With one cell and equal amplitudes the crystal scatters alike everywhere, so what the layers of a
// sensor capture is the only difference to an image without one: Σ layers = 1 − exp(−µT/ρ), to the
// parallax over the sensor's thickness (µm against the detector's mm).
TEST(SensorLayers, CaptureWhatBeerAndLambertSay) {
  for (const kernel::Kernel& kernel : kernel::kernels()) {
    ExperimentParts parts = small_experiment();
    parts.crystal.cells = {1, 1, 1};
    const auto bare = render<double>(kernel, plan::make_plan(parts.build(), {}), 1);
    constexpr double kThickness = 4.5e-4;
    constexpr double kAttenuation = 3000;
    parts.sensor = {{5, kThickness, {}}, kAttenuation};
    const auto captured = render<double>(kernel, plan::make_plan(parts.build(), {}), 1);
    for (std::size_t i = 0; i < bare.size(); ++i) {
      const double x = parts.panel.corner_m.x + (static_cast<double>(i % 32) + 0.5) * 5e-4;
      const double y = parts.panel.corner_m.y + (static_cast<double>(i / 32) + 0.5) * 5e-4;
      const double cosine = 0.08 / std::hypot(x, y, 0.08);
      const double expected = 1 - std::exp(-kThickness * kAttenuation / cosine);
      ASSERT_NEAR(captured[i] / bare[i], expected, 2e-4 * expected) << kernel.name << " " << i;
    }
  }
}

}  // namespace
}  // namespace nanobragg::test
