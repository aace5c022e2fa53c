// Backgrounds that were measured, against closed forms.
#include "nanobragg/image/measured_backgrounds.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "nanobragg/base/error.hpp"
#include "nanobragg/image/pipeline.hpp"
#include "support/experiments.hpp"

namespace nanobragg::test {
namespace {

// 80 mm before a detector whose middle pixel the beam meets, without a crystal.
ExperimentParts dark_experiment() {
  ExperimentParts e = small_experiment();
  e.structure_factors = StructureFactors(0.0);
  e.panel.shape = {41, 41};
  e.panel.pixel_size = Metre(1e-3);
  e.panel.corner_m = {-0.0205, -0.0205, e.panel.close_distance.value()};
  return e;
}

Image<double> image_of(const ExperimentParts& parts) {
  const auto plan = plan::make_plan(parts.build(), compat::QuirkSet::physical());
  return image::simulate_f64(plan, kernel::find_kernel("scalar"), {.threads = 2}).photons;
}

MeasuredBackground profile(std::vector<double> stol, std::vector<double> photons,
                           double scale = 1.0) {
  return {"p", std::make_shared<const RadialPhotons>(RadialPhotons{stol, photons}), nullptr, scale};
}

MeasuredBackground image(ImageShape shape, double scale = 1.0) {
  Image<double> pixels(shape);
  for (std::size_t i = 0; i < pixels.pixels().size(); ++i) {
    pixels.pixels()[i] = static_cast<double>(i);
  }
  return {"i", nullptr, std::make_shared<const Image<double>>(pixels), scale};
}

TEST(ProfileBackground, IsPhotonsOfAPixelAtItsAngle) {
  ExperimentParts e = dark_experiment();
  // A straight line is one at every point of a monotone cubic.
  e.stages.measured = {profile({0.0, 0.2, 0.9}, {10.0, 30.0, 100.0}, 0.5)};
  const Image<double> image = image_of(e);
  for (const PixelIndex pixel : {PixelIndex{20, 20}, {20, 33}, {5, 20}, {40, 0}}) {
    const double across = 1e-3 * std::hypot(static_cast<double>(pixel.slow) - 20.0,
                                            static_cast<double>(pixel.fast) - 20.0);
    const double two_theta = std::atan2(across, 0.08);
    const double stol = std::sin(two_theta / 2.0) / (1e10 * e.beam.wavelength.value());
    const double expected = 0.5 * (10.0 + 100.0 * stol);
    EXPECT_NEAR(image[pixel], expected, 1e-12 * expected);
  }
}

TEST(ProfileBackground, StaysAtItsEnds) {
  ExperimentParts e = dark_experiment();
  e.stages.measured = {profile({0.03, 0.04}, {7.0, 3.0})};
  const Image<double> image = image_of(e);
  EXPECT_EQ((image[{20, 20}]), 7.0);
  EXPECT_EQ((image[{0, 0}]), 3.0);
}

TEST(ProfileBackground, AddsUpAndDoesNotFollowTheBeam) {
  ExperimentParts e = dark_experiment();
  e.stages.measured = {profile({0.0, 0.1}, {7.0, 3.0}), profile({0.0, 0.1}, {1.0, 2.0}, 3.0)};
  const Image<double> image = image_of(e);
  EXPECT_NEAR((image[{20, 20}]), 10.0, 1e-12);
  e.beam.fluence *= 100.0;
  EXPECT_EQ((image_of(e)[{20, 20}]), (image[{20, 20}]));
}

TEST(MonotoneCubic, GoesThroughItsPointsAndNotBeyondThem) {
  const std::vector<double> x{0.0, 1.0, 1.5, 4.0, 5.0}, y{1.0, 3.0, 3.5, 0.5, 0.5};
  const physics::MonotoneCubic curve(x, y);
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(curve.at(x[i]).value, y[i], 1e-14);
  for (double at = 0.0; at < 5.0; at += 0.01) {
    const auto next = static_cast<std::size_t>(std::ranges::upper_bound(x, at) - x.begin());
    EXPECT_GE(curve.at(at).value, std::min(y[next - 1], y[next]) - 1e-12) << at;
    EXPECT_LE(curve.at(at).value, std::max(y[next - 1], y[next]) + 1e-12) << at;
    const double slope = (curve.at(at + 5e-7).value - curve.at(at - 5e-7).value) / 1e-6;
    if (at < 1e-3) continue;
    EXPECT_NEAR(curve.at(at).slope, slope, 2e-5) << at;
  }
}

TEST(ImageBackground, IsAsItWasRecorded) {
  ExperimentParts e = dark_experiment();
  e.stages.measured = {image({41, 41}, 2.0)};
  EXPECT_EQ((image_of(e)[{7, 3}]), 2.0 * (7 * 41 + 3));
  // It stood behind a beamstop of its own; a profile stands before this one.
  e.stages.measured.push_back(profile({0.0, 0.1}, {500.0, 500.0}));
  e.beamstop = Beamstop{Metre(4e-3), Metre(0.03), Metre(1e-4)};
  const Image<double> shaded = image_of(e);
  EXPECT_EQ((shaded[{20, 20}]), 2.0 * (20 * 41 + 20));
  EXPECT_EQ((shaded[{0, 0}]), 500.0);
}

TEST(ImageBackground, IsThatOfEachPanelOfAStack) {
  Experiment e = dark_experiment().build();
  e.detector.panels.push_back(e.detector.panels.front());
  e.detector.placement.reset();
  e.measured = {image({82, 41})};
  const auto plan = plan::make_plan(e, compat::QuirkSet::physical());
  const auto photons =
      image::simulate_f64(plan, kernel::find_kernel("simd"), {.threads = 2}).photons;
  EXPECT_EQ((photons[{50, 3}]), 50.0 * 41 + 3);
}

TEST(ImageBackground, IsOfTheSizeOfTheDetector) {
  ExperimentParts e = dark_experiment();
  e.stages.measured = {image({41, 40})};
  EXPECT_THROW(plan::make_plan(e.build(), compat::QuirkSet::physical()), Error);
}

TEST(MeasuredBackground, IsRefusedWhereItIsNone) {
  EXPECT_THROW(check(profile({0.0}, {1.0})), Error);
  EXPECT_THROW(check(profile({0.1, 0.1}, {1.0, 2.0})), Error);
  EXPECT_THROW(check(profile({0.1, 0.2}, {1.0, NAN})), Error);
  EXPECT_THROW(check(profile({0.1, 0.2}, {1.0, 2.0}, -1.0)), Error);
  EXPECT_THROW(check(MeasuredBackground{"none", nullptr, nullptr, 1.0}), Error);
  MeasuredBackground bad = image({2, 2});
  Image<double> pixels({2, 2});
  pixels[{1, 1}] = NAN;
  bad.image = std::make_shared<const Image<double>>(pixels);
  EXPECT_THROW(check(bad), Error);
  ExperimentParts e = dark_experiment();
  e.stages.measured.assign(kMostMeasured + 1, profile({0.1, 0.2}, {1.0, 2.0}));
  EXPECT_THROW(plan::make_plan(e.build(), compat::QuirkSet::physical()), Error);
}

}  // namespace
}  // namespace nanobragg::test
