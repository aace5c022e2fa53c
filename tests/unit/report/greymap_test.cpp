// Scaling to grey levels.
#include "nanobragg/report/greymap.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace nanobragg {
namespace {

TEST(Greymap, FiveDeviationsAreLevel250) {
  EXPECT_EQ(report::automatic_grey_scale(10.0, 3.0), 5.0);
  EXPECT_EQ(report::automatic_grey_scale(0.0, 3.0), 3.0);
}

TEST(Greymap, TruncatesAndCuts) {
  const Image<float> photons({2, 2}, {0.99F, 127.6F, 300.0F, 5.0F});
  const auto grey = report::greymap(photons.view(), {{0, 0}, {1, 0}}, 1.0);
  EXPECT_EQ((grey[{0, 0}]), 0);
  EXPECT_EQ((grey[{0, 1}]), 0);  // outside the region
  EXPECT_EQ((grey[{1, 0}]), 255);
  EXPECT_EQ((grey[{1, 1}]), 0);  // outside the region
  EXPECT_EQ((report::greymap(photons.view(), {{0, 0}, {1, 1}}, 1.0)[{0, 1}]), 127);
}

TEST(Greymap, WhatIsNoNumberOfPhotonsIsBlackOrWhite) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  const Image<float> photons({1, 2}, {nan, infinity});
  const auto grey = report::greymap(photons.view(), {{0, 0}, {0, 1}}, 1.0);
  EXPECT_EQ((grey[{0, 0}]), 0);
  EXPECT_EQ((grey[{0, 1}]), 255);
}

}  // namespace
}  // namespace nanobragg
