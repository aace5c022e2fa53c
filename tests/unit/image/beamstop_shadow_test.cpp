// The shadow of a beamstop against closed forms.
#include "nanobragg/image/beamstop_shadow.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/dual.hpp"
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

// Across the arm ∫ (1 − transmission) is its width, whatever its edge: magnified, in each column of
// pixels beside the disc and on the side to which the arm points.
TEST(BeamstopShadow, TheArmIsAsWideAsItsMagnifiedBar) {
  constexpr double kAt = 0.02;
  for (const double edge : {0.02e-3, 0.1e-3}) {
    ExperimentParts parts = with_stop({Metre(0.8e-3), Metre(kAt), Metre(edge)});
    const double width = 0.3e-3;
    for (const double side : {1.0, -1.0}) {
      parts.beamstop->arm = BeamstopArm{side * parts.panel.fast, Metre(width)};
      const plan::SamplingPlan plan = plan_of(parts);
      const BeamstopShadow shadow(*plan::panel_plan(plan, 0));
      const double pixel = parts.panel.pixel_size.value();
      for (const std::size_t fast : {0U, 1U, 2U, 29U, 30U, 31U}) {
        double sum = 0.0;
        for (std::size_t slow = 0; slow < parts.panel.shape.slow; ++slow) {
          sum += pixel * (1.0 - shadow.transmission({slow, fast}));
        }
        const bool is_behind = (fast > 16) == (side > 0.0);
        EXPECT_NEAR(sum, is_behind ? width * kDistance / kAt : 0.0, 2e-2 * width * kDistance / kAt)
            << fast << " " << side << " " << edge;
      }
    }
  }
}

// What is decided by the middle of a pixel is what its 64 points say.
TEST(BeamstopShadow, WholePixelsAreThoseOfTheirPoints) {
  ExperimentParts parts = with_stop({Metre(1.1e-3), Metre(0.03), Metre(2e-4)});
  for (int degrees = 0; degrees < 360; degrees += 23) {
    const double turn = degrees / constants::kDegreesPerRadian;
    parts.beamstop->arm = BeamstopArm{
        std::cos(turn) * parts.panel.fast + std::sin(turn) * parts.panel.slow, Metre(0.4e-3)};
    const plan::SamplingPlan plan = plan_of(parts);
    const auto panel = *plan::panel_plan(plan, 0);
    const BeamstopShadow shadow(panel);
    const auto geometry = physics::panel_geometry<Dual<double, 1>>(panel);
    for (std::size_t slow = 0; slow < parts.panel.shape.slow; ++slow) {
      for (std::size_t fast = 0; fast < parts.panel.shape.fast; ++fast) {
        const auto points = shadow_transmission(geometry, *parts.beamstop, {slow, fast});
        ASSERT_NEAR(shadow.transmission({slow, fast}), points.value, 1e-12)
            << degrees << " " << slow << " " << fast;
      }
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
  const Vec3<double> up{0, 1, 0};
  refused({Metre(1e-3), Metre(0.1), Metre(1e-4), BeamstopArm{up, Metre(0.0)}}, "arm");
  refused({Metre(1e-3), Metre(0.1), Metre(1e-4), BeamstopArm{up, Metre(9e-4)}}, "arm");
  refused({Metre(1e-3), Metre(0.1), Metre(1e-4), BeamstopArm{{}, Metre(5e-4)}}, "direction");
  check(Beamstop{Metre(1e-3), Metre(0.1), Metre(1e-4), BeamstopArm{up, Metre(8e-4)}});
}

}  // namespace
}  // namespace nanobragg::image
