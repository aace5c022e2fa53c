// The shadow of a beamstop against closed forms.
#include "nanobragg/image/beamstop_shadow.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/image/pipeline.hpp"
#include "nanobragg/model/check_experiment.hpp"
#include "support/experiments.hpp"

namespace nanobragg::image {
namespace {

using test::ExperimentParts;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr double kDistance = 0.08;  // of the detector, m

ExperimentParts with_stop(const Beamstop& stop) {
  ExperimentParts parts = test::small_experiment();
  parts.beamstop = stop;
  return parts;
}

plan::SamplingPlan plan_of(const ExperimentParts& parts) {
  return plan::make_plan(parts.build(), compat::QuirkSet::physical());
}

// Σ (1 − transmission) over the panel, in m².
double shadowed_area(const ExperimentParts& parts) {
  const plan::SamplingPlan plan = plan_of(parts);
  const BeamstopShadow shadow(*plan::panel_plan(plan, 0));
  double sum = 0.0;
  for (std::size_t slow = 0; slow < parts.panel.shape.slow; ++slow) {
    for (std::size_t fast = 0; fast < parts.panel.shape.fast; ++fast) {
      sum += 1.0 - shadow.transmission({slow, fast});
    }
  }
  const double pixel = parts.panel.pixel_size.value();
  return sum * pixel * pixel;
}

// With u = (r − R)/e + 1/2 the light that is missing is ∫ (1 − u²(3 − 2u)) 2πr dr over the rim, and
// π(R − e/2)² within: π(R² + e²/20) in all, magnified from the disc to the detector.
TEST(BeamstopShadow, HasTheAreaOfTheMagnifiedDisc) {
  for (const double radius : {0.4e-3, 0.9e-3}) {
    for (const double edge : {0.05e-3, 0.3e-3}) {
      const double magnification = kDistance / 0.02;
      const Beamstop stop{Metre(2 * radius), Metre(0.02), Metre(edge)};
      const double expected =
          constants::kPi * (radius * radius + edge * edge / 20.0) * magnification * magnification;
      EXPECT_NEAR(shadowed_area(with_stop(stop)), expected, 2e-3 * expected)
          << radius << " " << edge;
    }
  }
}

TEST(BeamstopShadow, IsBlackInTheMiddleAndNothingFarOut) {
  const ExperimentParts parts = with_stop({Metre(2e-3), Metre(0.04), Metre(1e-4)});
  const plan::SamplingPlan plan = plan_of(parts);
  const BeamstopShadow shadow(*plan::panel_plan(plan, 0));
  EXPECT_EQ(shadow.transmission({12, 16}), 0.0);  // the beam's pixel
  EXPECT_EQ(shadow.transmission({0, 0}), 1.0);
}

// A point on the beam's pixel is at angle 0, one n pixels along at atan(n·pixel/distance).
TEST(BeamstopShadow, DependsOnTheAngleAtTheSampleAlone) {
  const Beamstop near{Metre(1e-3), Metre(0.02), Metre(1e-4)};
  const Beamstop far{Metre(2e-3), Metre(0.04), Metre(2e-4)};
  const plan::SamplingPlan near_plan = plan_of(with_stop(near)), far_plan = plan_of(with_stop(far));
  const BeamstopShadow near_shadow(*plan::panel_plan(near_plan, 0));
  const BeamstopShadow far_shadow(*plan::panel_plan(far_plan, 0));
  for (std::size_t fast = 0; fast < 32; ++fast) {
    EXPECT_NEAR(near_shadow.transmission({12, fast}), far_shadow.transmission({12, fast}), 1e-12);
  }
}

TEST(BeamstopShadow, MultipliesCrystalAndWaterOfEveryKernel) {
  ExperimentParts parts = with_stop({Metre(1.5e-3), Metre(0.02), Metre(5e-4)});
  parts.water = Metre(5e-8);
  const plan::SamplingPlan shaded = plan_of(parts);
  parts.beamstop.reset();
  const plan::SamplingPlan lit = plan_of(parts);
  const BeamstopShadow shadow(*plan::panel_plan(shaded, 0));
  for (const kernel::Kernel& kernel : kernel::kernels()) {
    if (kernel.name == "analytic") continue;  // tests/property/analytic_spots_test.cpp
    const auto dark =
        simulate_f64(shaded, kernel, {1, nullptr, kernel::Precision::float64}).photons;
    const auto all = simulate_f64(lit, kernel, {1, nullptr, kernel::Precision::float64}).photons;
    for (std::size_t slow = 0; slow < dark.shape().slow; ++slow) {
      for (std::size_t fast = 0; fast < dark.shape().fast; ++fast) {
        const PixelIndex pixel{slow, fast};
        ASSERT_EQ(dark[pixel], all[pixel] * shadow.transmission(pixel)) << kernel.name;
      }
    }
  }
}

TEST(BeamstopShadow, BehindTheDetectorIsRefused) {
  const plan::SamplingPlan plan = plan_of(with_stop({Metre(1e-3), Metre(0.1), Metre(1e-4)}));
  const auto make = [&] { BeamstopShadow shadow(*plan::panel_plan(plan, 0)); };
  EXPECT_THAT(make, ThrowsMessage<Error>(HasSubstr("a beamstop 100 mm from the sample")));
}

TEST(Beamstop, LengthsThatCannotBeAreRefused) {
  const auto refused = [](const Beamstop& stop, const char* word) {
    EXPECT_THAT([&] { check(stop); }, ThrowsMessage<Error>(HasSubstr(word)));
  };
  const double nan = std::nan("");
  refused({Metre(0.0), Metre(0.1), Metre(1e-4)}, "diameter");
  refused({Metre(nan), Metre(0.1), Metre(1e-4)}, "diameter");
  refused({Metre(1e-3), Metre(-0.1), Metre(1e-4)}, "distance");
  refused({Metre(1e-3), Metre(0.1), Metre(0.0)}, "edge");
  refused({Metre(1e-3), Metre(0.1), Metre(2e-3)}, "edge");
}

}  // namespace
}  // namespace nanobragg::image
