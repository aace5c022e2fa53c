// Profiles of images whose means by radius are known.
#include "nanobragg/compare/radial_profile.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "unit/compare/images.hpp"

namespace nanobragg::compare {
namespace {

using test::image_of;
using test::pair_of;

// Each pixel's value is a function of its distance from a centre.
template <class F>
Image<float> rings(ImageShape shape, PixelPosition centre, F value) {
  Image<float> image(shape);
  for (std::size_t s = 0; s < shape.slow; ++s) {
    for (std::size_t f = 0; f < shape.fast; ++f) {
      const double r =
          std::hypot(static_cast<double>(s) - centre.slow, static_cast<double>(f) - centre.fast);
      image[{s, f}] = static_cast<float>(value(r));
    }
  }
  return image;
}

TEST(RadialProfile, FindsTheRatioThatGrowsWithTheRadius) {
  const PixelPosition centre{20, 25};
  const auto x = rings({40, 50}, centre, [](double) { return 2.0; });
  const auto y =
      rings({40, 50}, centre, [](double r) { return 2.0 * (1.0 + std::floor(r / 5.0)); });
  const auto bins = radial_profile(pair_of(x, y), centre, 5.0);
  ASSERT_EQ(bins.size(), 7U);  // the farthest corner is at √(20² + 25²) = 32
  std::size_t pixels = 0;
  for (std::size_t i = 0; i < bins.size(); ++i) {
    EXPECT_EQ(bins[i].from, 5.0 * static_cast<double>(i));
    EXPECT_EQ(bins[i].to, 5.0 * static_cast<double>(i + 1));
    EXPECT_DOUBLE_EQ(*bins[i].ratio, 1.0 + static_cast<double>(i));
    EXPECT_EQ(bins[i].correlation, std::nullopt);
    pixels += bins[i].pixels;
  }
  EXPECT_EQ(pixels, 2000U);
}

TEST(RadialProfile, StartsAtTheNearestRingOfARegionFarFromTheBeam) {
  const auto x = image_of({1, 3}, {1, 2, 3});
  const auto bins = radial_profile(pair_of(x, x), {0, -100}, 10.0);
  ASSERT_EQ(bins.size(), 1U);
  EXPECT_EQ(bins[0].from, 100.0);
  EXPECT_EQ(bins[0].pixels, 3U);
  EXPECT_EQ(bins[0].correlation, 1.0);
}

TEST(RadialProfile, RingsWithoutPixelsOrPhotonsHaveNoRatio) {
  const auto x = image_of({1, 3}, {0, 2, 3});
  const auto bins = radial_profile(pair_of(x, x), {0, 0}, 0.5);
  ASSERT_EQ(bins.size(), 5U);
  EXPECT_EQ(bins[0].ratio, std::nullopt);
  EXPECT_EQ(bins[1].pixels, 0U);
  EXPECT_EQ(bins[1].ratio, std::nullopt);
  EXPECT_EQ(bins[4].ratio, 1.0);
}

TEST(RadialProfile, TheMiddleIsBetweenTheMiddlePixels) {
  EXPECT_EQ(middle_of({4, 5}).slow, 1.5);
  EXPECT_EQ(middle_of({4, 5}).fast, 2.0);
}

TEST(ResolutionShells, HaveEqualWidthInTheInverseSquare) {
  // 1/d² is the fast index, so d runs from infinity to 1/√9.
  const auto x = image_of({1, 10}, {1, 1, 1, 1, 1, 2, 2, 2, 2, 2});
  const auto y = image_of({1, 10}, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
  const ResolutionMap map = [](PixelIndex p) {
    return 1.0 / std::sqrt(static_cast<double>(p.fast));
  };
  const auto shells = resolution_shells(pair_of(x, y), map, 2);
  ASSERT_EQ(shells.size(), 2U);
  EXPECT_EQ(shells[0].from, std::numeric_limits<double>::infinity());
  EXPECT_DOUBLE_EQ(shells[0].to, 1.0 / std::sqrt(4.5));
  EXPECT_DOUBLE_EQ(shells[1].to, 1.0 / 3.0);
  EXPECT_EQ(shells[0].pixels, 5U);
  EXPECT_EQ(shells[0].ratio, 1.0);
  EXPECT_EQ(shells[1].ratio, 0.5);
}

TEST(ResolutionShells, OneResolutionIsOneShell) {
  const auto x = image_of({1, 2}, {1, 2});
  const auto shells = resolution_shells(
      pair_of(x, x), [](PixelIndex) { return 2.0; }, 10);
  ASSERT_EQ(shells.size(), 1U);
  EXPECT_EQ(shells[0].pixels, 2U);
  EXPECT_DOUBLE_EQ(shells[0].from, 2.0);
}

}  // namespace
}  // namespace nanobragg::compare
