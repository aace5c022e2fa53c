// Scaling to 16-bit counts.
#include "nanobragg/image/adc.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace nanobragg {
namespace {

TEST(Adc, TheBrightestPixelIsPutAt55000) {
  EXPECT_EQ(image::automatic_scale(110000.0), 0.5);
  EXPECT_EQ(image::automatic_scale(0.0), 1.0);
}

TEST(Adc, RoundsToNearestAndCuts) {
  const Image<float> photons({1, 5}, {0.0F, 1.24F, 1.26F, 1e9F, 2.0F});
  const auto counts = image::digitise(photons.view(), {{0, 0}, {0, 3}}, 2.0, 40.0);
  EXPECT_EQ((counts[{0, 0}]), 40);
  EXPECT_EQ((counts[{0, 1}]), 42);
  EXPECT_EQ((counts[{0, 2}]), 43);
  EXPECT_EQ((counts[{0, 3}]), 65535);
  EXPECT_EQ((counts[{0, 4}]), 0);  // outside the region
}

TEST(Adc, ANegativeOffsetStopsAtZero) {
  const Image<float> photons({1, 1}, {1.0F});
  EXPECT_EQ((image::digitise(photons.view(), {}, 1.0, -7.0)[{0, 0}]), 0);
}

TEST(Adc, WhatIsNoNumberOfPhotonsIsDarkOrFull) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  const Image<float> photons({1, 2}, {nan, infinity});
  const auto counts = image::digitise(photons.view(), {{0, 0}, {0, 1}}, 1.0, 40.0);
  EXPECT_EQ((counts[{0, 0}]), 0);
  EXPECT_EQ((counts[{0, 1}]), 65535);
}

}  // namespace
}  // namespace nanobragg
