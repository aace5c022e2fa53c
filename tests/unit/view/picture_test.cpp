// Levels, limits and tiles of pictures.
#include "nanobragg/view/picture.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>

namespace nanobragg::view {
namespace {

Level level(ImageShape shape, float value = 0.0F) {
  Level out{Image<float>(shape), Image<std::uint8_t>(shape)};
  for (float& pixel : out.values.pixels()) pixel = value;
  return out;
}

constexpr auto kNotMeasured = static_cast<std::uint8_t>(PixelKind::not_measured);
constexpr auto kOverloaded = static_cast<std::uint8_t>(PixelKind::overloaded);

TEST(Picture, HalvesByMeansOfValidPixels) {
  Level fine = level({3, 4});
  for (std::size_t i = 0; i < 12; ++i) fine.values.pixels()[i] = static_cast<float>(i);
  fine.kinds[{0, 0}] = kNotMeasured;
  fine.kinds[{0, 3}] = kOverloaded;
  fine.kinds[{2, 2}] = fine.kinds[{2, 3}] = kNotMeasured;
  const Level coarse = halved(fine);
  ASSERT_EQ(coarse.shape(), (ImageShape{2, 2}));
  EXPECT_FLOAT_EQ((coarse.values[{0, 0}]), (1.0F + 4.0F + 5.0F) / 3.0F);
  EXPECT_EQ((coarse.kinds[{0, 0}]), 0);
  EXPECT_EQ((coarse.kinds[{0, 1}]), kOverloaded);
  EXPECT_FLOAT_EQ((coarse.values[{1, 0}]), 8.5F);
  EXPECT_EQ((coarse.kinds[{1, 1}]), kNotMeasured);
}

TEST(Picture, HasPanelsOfAStackDownToOneTile) {
  Level whole = level({1000, 700});
  whole.values[{600, 3}] = 7.0F;
  const Picture picture = picture_of(whole, {{600, 700}, {400, 500}});
  ASSERT_EQ(picture.panels.size(), 2U);
  EXPECT_EQ(picture.panels[0].size(), 3U);  // 700, 350, 175
  EXPECT_EQ(picture.panels[1].front().shape(), (ImageShape{400, 500}));
  EXPECT_FLOAT_EQ((picture.panels[1].front().values[{0, 3}]), 7.0F);
}

TEST(Picture, LimitsComeFromTheBackground) {
  std::mt19937 engine(1);
  std::poisson_distribution<int> counts(25);
  Level image = level({200, 200});
  for (float& pixel : image.values.pixels()) pixel = static_cast<float>(counts(engine));
  for (int i = 0; i < 100; ++i) image.values.pixels()[static_cast<std::size_t>(i) * 397] = 1e6F;
  const report::Limits limits = limits_of(image);
  EXPECT_NEAR(limits.low, 15.0, 2.0);    // two standard deviations of 5 below 25
  EXPECT_NEAR(limits.high, 100.0, 8.0);  // fifteen above
}

TEST(Picture, LimitsOfADarkImageComeFromItsSpots) {
  Level image = level({100, 100}, 0.0F);
  for (int i = 0; i < 50; ++i) image.values.pixels()[static_cast<std::size_t>(i) * 199] = 100.0F;
  const report::Limits limits = limits_of(image);
  EXPECT_FLOAT_EQ(static_cast<float>(limits.high), 100.0F);
  EXPECT_FLOAT_EQ(static_cast<float>(limits.low), 0.1F);
  const report::Limits nothing = limits_of(level({5, 5}));
  EXPECT_LT(nothing.low, nothing.high);
}

TEST(Picture, TilesEndWhereTheLevelDoes) {
  Level image = level({3, 5});
  for (std::size_t i = 0; i < 15; ++i) image.values.pixels()[i] = static_cast<float>(i);
  image.kinds[{2, 4}] = kOverloaded;
  const std::string bytes =
      bytes_of(image, {.panel = 1, .level = 2, .first_slow = 1, .first_fast = 3});
  std::uint32_t head[6];
  std::memcpy(head, bytes.data(), sizeof(head));
  EXPECT_EQ(std::vector<std::uint32_t>(head, head + 6),
            (std::vector<std::uint32_t>{1, 2, 3, 1, 2, 2}));
  float values[4];
  std::memcpy(values, bytes.data() + 24, sizeof(values));
  EXPECT_EQ(std::vector<float>(values, values + 4), (std::vector<float>{8, 9, 13, 14}));
  EXPECT_EQ(bytes[24 + 16 + 3], static_cast<char>(kOverloaded));
  EXPECT_EQ(bytes.size() % 4, 0U);
  EXPECT_TRUE(bytes_of(image, {.first_slow = 3}).empty());
}

}  // namespace
}  // namespace nanobragg::view
