// One test body for every kernel and precision: each must give the photons of the reference kernel
// without quirks, over every option of an experiment.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <ostream>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/image/pipeline.hpp"
#include "nanobragg/kernel/interface/kernel.hpp"
#include "nanobragg/plan/panel_bounds.hpp"
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
  const kernel::RunOptions options{threads, nullptr, precision};
  const auto pixels = [](const auto& simulation) -> std::vector<double> {
    return {simulation.photons.pixels().begin(), simulation.photons.pixels().end()};
  };
  if constexpr (std::is_same_v<Real, float>) {
    return pixels(image::simulate(plan, kernel, options));
  } else {
    return pixels(image::simulate_f64(plan, kernel, options));
  }
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

class Conformance : public testing::TestWithParam<NamedExperiment> {
 protected:
  const plan::SamplingPlan plan_ = plan::make_plan(GetParam().parts.build(), QuirkSet::physical());
  const std::vector<double> expected_ = render<double>(kernel::find_kernel("reference"), plan_, 1);
};

TEST_P(Conformance, EveryKernelGivesTheSamePhotons) {
  for (const kernel::Kernel& kernel : kernel::kernels()) {
    if (kernel.name == "analytic") continue;  // tests/property/analytic_spots_test.cpp
    SCOPED_TRACE(kernel.name);
    if (!kernel.why_not(plan_).empty()) {
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
    if (kernel.name == "analytic") continue;  // tests/property/analytic_spots_test.cpp
    SCOPED_TRACE(kernel.name);
    if (!kernel.why_not(plan_).empty()) {
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
    if (kernel.name == "analytic") continue;  // tests/property/analytic_spots_test.cpp
    if (!kernel.why_not(plan_).empty()) continue;
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

// More than a kernel places at a time.
TEST(ManySubpixels, GiveTheSamePhotonsInEveryKernel) {
  ExperimentParts parts = small_experiment();
  parts.panel.shape = {2, 3};
  parts.sampling.oversample = 70;
  const plan::SamplingPlan plan = plan::make_plan(parts.build(), QuirkSet::physical());
  const auto expected = render<double>(kernel::find_kernel("reference"), plan, 1);
  for (const kernel::Kernel& kernel : kernel::kernels()) {
    if (kernel.name == "analytic") continue;  // tests/property/analytic_spots_test.cpp
    SCOPED_TRACE(kernel.name);
    // Thousands of steps more than elsewhere round a little more.
    expect_same(render<double>(kernel, plan, 2), expected, {1e-10, 1e-10});
  }
}

INSTANTIATE_TEST_SUITE_P(Options, Conformance, testing::ValuesIn(option_experiments()),
                         [](const auto& instance) { return instance.param.name; });

// What culling leaves out of a pixel is less than was allowed, and it does leave something out.
TEST_P(Conformance, CullingLosesNoMoreThanItsBound) {
  const kernel::Kernel& sparse = kernel::find_kernel("sparse");
  if (!sparse.why_not(plan_).empty()) GTEST_SKIP() << "not for the sparse kernel";
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
  const double q =
      1e-10 * plan::largest_scattering_vector(*plan::panel_plan(even, 0), even.detector.region,
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
    if (kernel.name == "analytic") continue;  // tests/property/analytic_spots_test.cpp
    EXPECT_EQ(&kernel::find_kernel(kernel.name), &kernel);
  }
  EXPECT_THROW(kernel::find_kernel("warp"), std::exception);
}

// With one cell and equal amplitudes the crystal scatters alike everywhere, so what the layers of a
// sensor capture is the only difference to an image without one: Σ layers = 1 − exp(−µT/ρ), to the
// parallax over the sensor's thickness (µm against the detector's mm).
TEST(SensorLayers, CaptureWhatBeerAndLambertSay) {
  for (const kernel::Kernel& kernel : kernel::kernels()) {
    if (kernel.name == "analytic") continue;  // tests/property/analytic_spots_test.cpp
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

// A crystal of which one reflection shines at 2θ = 29° onto a small flat panel across the beam.
ExperimentParts one_spot() {
  ExperimentParts parts = small_experiment();
  const double right = constants::kPi / 2;
  const double theta = std::asin(0.25);
  parts.crystal.cell = CellParameters<double>{40, 40, 40, right, right, right};
  parts.crystal.misset_rad = {0, theta, 0};
  parts.crystal.cells = {8, 8, 8};
  parts.crystal.shape = CrystalShape::gauss;
  constexpr double kDistance = 0.1;
  constexpr double kPixel = 1e-5;
  parts.panel.shape = {100, 160};
  parts.panel.corner_m = {kDistance * std::tan(2 * theta) - 80 * kPixel, -50 * kPixel, kDistance};
  parts.panel.pixel_size = Metre(kPixel);
  parts.panel.close_distance = parts.panel.distance = Metre(kDistance);
  return parts;
}

// Of the photons along fast, m from the corner.
double centroid(const std::vector<double>& image, const PanelValues& panel) {
  double sum = 0.0;
  double moment = 0.0;
  for (std::size_t i = 0; i < image.size(); ++i) {
    sum += image[i];
    moment += image[i] * (static_cast<double>(i % panel.shape.fast) + 0.5);
  }
  return panel.pixel_size.value() * moment / sum;
}

// The path along the ray that DIALS corrects positions by, (1/µ) − (t/cos + 1/µ)·exp(−µt/cos), is a
// mean over all photons; over those that are captured, it is divided by 1 − exp(−µt/cos).
TEST(SensorLayers, ShiftSpotsByTheParallaxThatDialsCorrects) {
  const ExperimentParts bare = one_spot();
  const double two_theta = 2 * std::asin(0.25);
  for (const kernel::Kernel& kernel : kernel::kernels()) {
    if (kernel.name == "analytic") continue;  // tests/property/analytic_spots_test.cpp
    SCOPED_TRACE(kernel.name);
    const auto image = [&](const ExperimentParts& parts) {
      return render<double>(kernel, plan::make_plan(parts.build(), QuirkSet::physical()), 2);
    };
    const double undisturbed = centroid(image(bare), bare.panel);
    for (const double mu : {1000.0, 4000.0, 2e4}) {
      for (const int layers : {1, 2, 5}) {
        ExperimentParts parts = bare;
        constexpr double kThickness = 4.5e-4;
        parts.sensor = {{layers, kThickness, {}}, mu};
        const double path = kThickness / std::cos(two_theta);
        const double captured = 1 - std::exp(-mu * path);
        const double dials = 1 / mu - (path + 1 / mu) * std::exp(-mu * path);
        const double shift = centroid(image(parts), bare.panel) - undisturbed;
        EXPECT_NEAR(shift, std::sin(two_theta) * dials / captured, 0.004 * shift)
            << mu << ' ' << layers;
      }
    }
  }
}

TEST(SensorLayers, ComeNearerToManyWithTheSquareOfTheirNumber) {
  const auto image = [](int layers) {
    ExperimentParts parts = one_spot();
    parts.sensor = {{layers, 4.5e-4, {}}, 3000.0};
    return render<double>(kernel::find_kernel("scalar"),
                          plan::make_plan(parts.build(), QuirkSet::physical()), 2);
  };
  const auto exact = image(48);
  const auto error = [&](int layers) {
    const auto found = image(layers);
    double most = 0.0;
    for (std::size_t i = 0; i < exact.size(); ++i) {
      most = std::fmax(most, std::abs(found[i] - exact[i]));
    }
    return most;
  };
  const double of_two = error(2);
  const double of_four = error(4);
  EXPECT_GT(of_two / of_four, 3.5);
  EXPECT_GT(of_four / error(8), 3.5);
}

// N·F²·r_e²·Φ·P·Ω photons, whatever the steps and the resolution limit.
TEST(WaterBackground, IsThatOfItsMolecules) {
  ExperimentParts parts = small_experiment();
  parts.structure_factors = StructureFactors(0.0);
  parts.water = Metre(60e-6);
  parts.beam.fluence = 1e18;
  const double edge = 60e-6;
  const double molecules = edge * edge * edge * 1e6 * 6.02214179e23 / 18.0;
  const double photons_a_steradian = molecules * 2.57 * 2.57 * 7.94079248018965e-30 * 1e18;
  const auto expect_water = [&](const ExperimentParts& e, double captured_by_path) {
    for (const kernel::Kernel& kernel : kernel::kernels()) {
      if (kernel.name == "analytic") continue;  // tests/property/analytic_spots_test.cpp
      const auto image =
          render<double>(kernel, plan::make_plan(e.build(), QuirkSet::physical()), 2);
      for (const PixelIndex pixel : {PixelIndex{0, 0}, PixelIndex{12, 30}}) {
        const auto n = static_cast<double>(e.sampling.oversample);
        const Vec3<double> at{-0.008 + (static_cast<double>(pixel.fast) + 0.5 / n) * 5e-4,
                              -0.006 + (static_cast<double>(pixel.slow) + 0.5 / n) * 5e-4, 0.08};
        const Vec3<double> d = unit(at);
        const double polarisation = 0.5 * (1 + d.z * d.z - 0.9 * (d.x * d.x - d.y * d.y));
        const double solid_angle = 5e-4 * 5e-4 * 0.08 / std::pow(length(at), 3);
        const double captured =
            captured_by_path > 0.0 ? 1 - std::exp(-captured_by_path / d.z) : 1.0;
        const double expected = photons_a_steradian * polarisation * solid_angle * captured;
        const double found = image[pixel.slow * e.panel.shape.fast + pixel.fast];
        // To the depth of the sensor, of the distance.
        EXPECT_NEAR(found, expected, (captured_by_path > 0.0 ? 0.02 : 1e-12) * expected)
            << kernel.name;
      }
    }
  };
  expect_water(parts, 0.0);
  ExperimentParts many_steps = parts;
  many_steps.sampling.oversample = 2;
  many_steps.crystal.mosaicity = {Radian(0.01), 4, 7};
  many_steps.spindle.oscillation = {3, 0.01, {}};
  expect_water(many_steps, 0.0);
  ExperimentParts limited = parts;
  limited.sampling.resolution_limit = Metre(1e-8);
  expect_water(limited, 0.0);
  limited.sensor = {{3, 4.5e-4, {}}, 3000.0};
  expect_water(limited, 4.5e-4 * 3000.0);
}

}  // namespace
}  // namespace nanobragg::test
