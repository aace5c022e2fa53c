// The error model finds what the pixels were drawn with.
#include "nanobragg/refine/shots/error_model.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace nanobragg::refine {
namespace {

struct Pixels {
  std::vector<double> expected, level, observed;

  JudgedPixels view() const { return {expected, level, observed}; }
};

// Normal deviates of the standard deviation that a model has: half of them under spots.
Pixels drawn(const ErrorModel& errors, double background, std::size_t count) {
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal;
  Pixels out;
  for (std::size_t i = 0; i < count; ++i) {
    const double level = i % 2 == 0 ? 0.0 : 50.0 * static_cast<double>(1 + i % 7);
    const double expected = background + 1.5 * level;
    out.level.push_back(level);
    out.expected.push_back(expected);
    out.observed.push_back(expected + std::sqrt(errors.variance(expected, level)) * normal(random));
  }
  return out;
}

TEST(ErrorModel, FindsWhatThePixelsWereDrawnWith) {
  for (const ErrorModel& truth :
       {ErrorModel{2.0, 0.2}, ErrorModel{5.0, 0.6}, ErrorModel{0.5, 1.2}}) {
    const ErrorModel found = estimated_errors(drawn(truth, 1.0, 20000).view());
    // Of 10⁴ deviates a standard deviation is known to 0.7 %; that of the noise beside Poisson's
    // less so.
    EXPECT_NEAR(found.of_spots, truth.of_spots, 0.03 * truth.of_spots);
    const double variance = truth.read_noise * truth.read_noise;
    EXPECT_NEAR(found.read_noise, truth.read_noise,
                0.03 * (1.0 + variance) / (2.0 * truth.read_noise) + 0.01 * truth.read_noise);
  }
}

TEST(ErrorModel, FindsNothingBesidePoissonNoiseWhereThereIsNone) {
  std::mt19937_64 random(11);
  Pixels pixels = drawn({0.0, 0.0}, 20.0, 20000);
  for (std::size_t i = 0; i < pixels.observed.size(); ++i) {
    pixels.observed[i] =
        static_cast<double>(std::poisson_distribution<int>(pixels.expected[i])(random));
  }
  const ErrorModel found = estimated_errors(pixels.view());
  EXPECT_LT(found.read_noise, 0.7);
  EXPECT_LT(found.of_spots, 0.02);
}

// Smoothed pixels vary less than photons do.
TEST(ErrorModel, IsZeroWherePixelsVaryLess) {
  Pixels pixels = drawn({0.0, 0.0}, 20.0, 2000);
  pixels.observed = pixels.expected;
  const ErrorModel found = estimated_errors(pixels.view());
  EXPECT_EQ(found.read_noise, 0.0);
  EXPECT_EQ(found.of_spots, 0.0);
}

// A pixel in a hundred is far off, by what no model knows.
TEST(ErrorModel, CountsPixelsThatAreFarOffNoMoreThanNear) {
  const ErrorModel truth{2.0, 0.2};
  Pixels pixels = drawn(truth, 1.0, 20000);
  for (std::size_t i = 0; i < pixels.observed.size(); i += 101) pixels.observed[i] += 1e5;
  const ErrorModel found = estimated_errors(pixels.view());
  EXPECT_NEAR(found.read_noise, truth.read_noise, 0.15 * truth.read_noise);
  EXPECT_NEAR(found.of_spots, truth.of_spots, 0.15 * truth.of_spots);
}

TEST(ErrorModel, IsFiniteWithoutPixels) {
  const ErrorModel found = estimated_errors({});
  EXPECT_EQ(found.read_noise, 0.0);
  EXPECT_EQ(found.of_spots, 0.0);
}

TEST(ErrorModel, AddsVariances) {
  const ErrorModel errors{2.0, 0.1};
  EXPECT_DOUBLE_EQ(errors.variance(10.0, 30.0), 10.0 + 4.0 + 9.0);
  // A pixel of a plane that fell below 0 still varies.
  EXPECT_GT((ErrorModel{0.0, 0.0}.variance(-3.0, 0.0)), 0.0);
}

}  // namespace
}  // namespace nanobragg::refine
