// The preview: order is kept, odd images are survived, colours get darker all the way.
#include "nanobragg/report/preview.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <vector>

namespace nanobragg {
namespace {

std::vector<std::uint8_t> shown(const std::vector<float>& pixels) {
  const Image<float> image({1, pixels.size()}, pixels);
  const report::Preview preview = report::make_preview(image.view(), {});
  return {preview.index.pixels().begin(), preview.index.pixels().end()};
}

TEST(Preview, AnEmptyAndAConstantImageAreBackground) {
  EXPECT_EQ(shown({0.0F, 0.0F, 0.0F}), (std::vector<std::uint8_t>{0, 0, 0}));
  EXPECT_EQ(shown({7.0F, 7.0F, 7.0F}), (std::vector<std::uint8_t>{0, 0, 0}));
}

TEST(Preview, OneSpotOnAFlatBackgroundIsSeen) {
  std::vector<float> pixels(100000, 7.0F);
  pixels[500] = 8.0F;
  const auto index = shown(pixels);
  EXPECT_EQ(index[500], 255);
  EXPECT_EQ(index[499], 0);
}

TEST(Preview, BrighterIsNeverLighterOverTheWholeRangeOfFloats) {
  std::vector<float> pixels{0.0F, std::numeric_limits<float>::denorm_min()};
  for (float value = 1e-37F; value < 1e38F; value *= 1.5F) pixels.push_back(value);
  pixels.push_back(std::numeric_limits<float>::max());
  const auto index = shown(pixels);
  EXPECT_TRUE(std::is_sorted(index.begin(), index.end()));
  EXPECT_EQ(index.front(), 0);
  EXPECT_EQ(index.back(), 255);
}

TEST(Preview, TheScaleIsLogarithmic) {
  // Levels 1 and 1000; a decade is a third of the scale.
  std::vector<float> pixels(100, 1.0F);
  for (std::size_t i = 50; i < 100; ++i) pixels[i] = 1000.0F;
  pixels[20] = 10.0F;
  pixels[21] = 100.0F;
  const auto index = shown(pixels);
  EXPECT_NEAR(index[20], 1 + 254 / 3.0, 1.0);
  EXPECT_NEAR(index[21], 1 + 2 * 254 / 3.0, 1.0);
}

TEST(Preview, FewHotPixelsDoNotSetTheScale) {
  std::vector<float> pixels(100000, 1.0F);
  for (std::size_t i = 0; i < 1000; ++i) pixels[i] = 100.0F;
  pixels[99999] = 1e30F;
  const Image<float> image({1, pixels.size()}, pixels);
  const report::PreviewLevels levels = report::preview_levels(image.view(), {});
  EXPECT_EQ(levels.white, 100.0);
  EXPECT_EQ(levels.black, 1.0);
}

TEST(Preview, FewSpotsLeaveARipplingBackgroundLight) {
  std::vector<float> pixels(100000);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = 9.0F + static_cast<float>(i % 3);
  for (std::size_t i = 0; i < 20; ++i) pixels[i * 1000] = 5000.0F;
  const auto index = shown(pixels);
  EXPECT_EQ(index[0], 255);
  EXPECT_LT(index[2], 20);  // 11 on a background of 9
}

TEST(Preview, FaintTailsAreCutAThousandTimesBelowWhite) {
  std::vector<float> pixels(1000, 1e-9F);
  for (std::size_t i = 0; i < 200; ++i) pixels[i] = 50.0F;
  const Image<float> image({1, pixels.size()}, pixels);
  EXPECT_DOUBLE_EQ(report::preview_levels(image.view(), {}).black, 0.05);
}

TEST(Preview, LevelsAreThoseOfTheSortedPixels) {
  // Many share their upper bits; others are subnormal, negative, infinite or none.
  std::vector<float> pixels(20011);
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    const auto x = static_cast<float>(i * 7919 % pixels.size());
    pixels[i] = i % 3 == 0 ? 1.0F + x * 1e-7F : i % 3 == 1 ? x * x : x * 1e-42F - 1e-39F;
  }
  pixels[5] = std::numeric_limits<float>::infinity();
  pixels[7] = std::numeric_limits<float>::quiet_NaN();
  const Image<float> image({1, pixels.size()}, pixels);
  std::vector<float> sorted;
  std::copy_if(pixels.begin(), pixels.end(), std::back_inserter(sorted),
               [](float value) { return value > 0.0F; });
  std::sort(sorted.begin(), sorted.end());
  for (const double fraction : {0.1, 0.35, 0.5, 0.77, 0.999, 1.0}) {
    const auto last = static_cast<double>(sorted.size() - 1);
    const auto value_at = [&](double part) -> double {
      return sorted[static_cast<std::size_t>(std::llround(part * last))];
    };
    EXPECT_EQ(report::preview_levels(image.view(), {}, fraction).white,
              std::max(value_at(fraction), 30.0 * value_at(0.1)));
  }
}

TEST(Preview, WeakSpotsShowOnABackground) {
  // Noise of 5 on 25, spots of 60, and one a thousand times as bright.
  std::vector<float> pixels(100000);
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    pixels[i] =
        25.0F + 5.0F * static_cast<float>(std::sin(0.1 * static_cast<double>(i * i % 9973)));
  }
  pixels[10] = 60.0F;
  pixels[20] = 60000.0F;
  const Image<float> image({100, 1000}, pixels);
  const report::Preview preview = report::make_fitting_preview(image.view(), {});
  EXPECT_EQ(preview.index.pixels()[20], 255);
  EXPECT_GT(preview.index.pixels()[10], 120);
  EXPECT_LT(preview.index.pixels()[11], 80);
}

TEST(Preview, WithoutBackgroundIsLogarithmic) {
  std::vector<float> pixels(1000, 0.0F);
  for (std::size_t i = 0; i < 100; ++i) pixels[i] = std::pow(10.0F, static_cast<float>(i % 7));
  const Image<float> image({10, 100}, pixels);
  const auto fitting = report::make_fitting_preview(image.view(), {});
  const auto logarithmic = report::make_preview(image.view(), {});
  EXPECT_TRUE(std::ranges::equal(fitting.index.pixels(), logarithmic.index.pixels()));
}

TEST(Preview, MaskedPixelsAreBackgroundAndDoNotSetTheScale) {
  const Image<float> image({1, 4}, {1.0F, 10.0F, 100.0F, 1e6F});
  const Image<std::uint16_t> mask({1, 4}, {1, 1, 1, 0});
  const report::Preview preview = report::make_preview(image.view(), mask.view());
  EXPECT_EQ((preview.index[{0, 3}]), 0);
  EXPECT_EQ((preview.index[{0, 2}]), 255);
  EXPECT_EQ(report::preview_levels(image.view(), mask.view()).white, 100.0);
}

// Relative luminance of an sRGB colour, IEC 61966-2-1.
double luminance(const std::array<std::uint8_t, 3>& colour) {
  const auto linear = [](std::uint8_t level) {
    const double x = level / 255.0;
    return x <= 0.04045 ? x / 12.92 : std::pow((x + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2]);
}

TEST(Preview, ThePaletteGetsDarkerAllTheWay) {
  const report::Palette palette = report::diffraction_palette();
  // Rounding to 8 bits moves the luminance of a mixed colour by less than this.
  constexpr double kRounding = 2e-3;
  for (std::size_t i = 1; i < palette.size(); ++i) {
    EXPECT_LT(luminance(palette[i]), luminance(palette[i - 1]) + kRounding) << i;
  }
  for (std::size_t i = 8; i < palette.size(); ++i) {
    EXPECT_LT(luminance(palette[i]), luminance(palette[i - 8])) << i;
  }
  EXPECT_GT(luminance(palette.front()), 0.9);
  EXPECT_LT(luminance(palette.back()), 0.03);
}

TEST(Preview, OnlyTheHottestAreRed) {
  const report::Palette palette = report::diffraction_palette();
  const auto redness = [](const std::array<std::uint8_t, 3>& colour) {
    return colour[0] - std::max(colour[1], colour[2]);
  };
  EXPECT_EQ(redness(palette[128]), 0);
  EXPECT_EQ(redness(palette[220]), 0);
  EXPECT_GT(redness(palette[240]), 60);
  EXPECT_GT(redness(palette[255]), 60);
}

}  // namespace
}  // namespace nanobragg
