// Counting noise: region, offset and overloads.
#include "nanobragg/image/noise.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "nanobragg/random/poisson.hpp"

namespace nanobragg {
namespace {

TEST(Noise, PixelsOutsideTheRegionStayZeroAndDrawNothing) {
  const Image<float> photons({3, 4}, std::vector<float>(12, 20.0F));
  const image::NoiseImage noise = image::poisson_counts(photons.view(), {{1, 1}, {2, 2}}, 9, 100.0);
  PoissonDeviates deviate{UniformStream(9)};
  double sum = 0.0;
  for (std::size_t slow = 0; slow < 3; ++slow) {
    for (std::size_t fast = 0; fast < 4; ++fast) {
      const bool inside = slow >= 1 && fast >= 1 && fast <= 2;
      const float count = inside ? deviate(20.0F) : 0.0F;
      sum += static_cast<double>(count);
      EXPECT_EQ((noise.counts[{slow, fast}]), inside ? count + 100.0F : 0.0F);
    }
  }
  EXPECT_EQ(noise.photons, sum);
  EXPECT_EQ(noise.overloads, 0U);
}

// Empty pixels are drawn many at a time, whichever stand between them.
TEST(Noise, EveryPixelDrawsInItsTurn) {
  const ImageShape shape{40, 53};
  Image<float> photons(shape);
  UniformStream choice(3);
  for (float& mean : photons.pixels()) {
    constexpr std::array kMeans = {0.3F, 5.0F, 50.0F, 2e6F};
    const float x = choice.next();
    mean = x < 0.9F ? 1e-3F * x : kMeans[static_cast<std::size_t>((x - 0.9F) * 40.0F) % 4];
  }
  const image::NoiseImage noise =
      image::poisson_counts(photons.view(), {{0, 0}, {39, 52}}, 7, 10.0);
  PoissonDeviates deviate{UniformStream(7)};
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const float count = std::min(deviate(photons.pixels()[i]) + 10.0F, 65535.0F);
    ASSERT_EQ(noise.counts.pixels()[i], static_cast<std::uint16_t>(count)) << i;
  }
}

TEST(Noise, OverloadsAreCutAndCounted) {
  const Image<float> photons({1, 3}, {1e5F, 0.0F, 1e9F});
  const image::NoiseImage noise = image::poisson_counts(photons.view(), {{0, 0}, {0, 2}}, 1, 40.0);
  EXPECT_EQ((noise.counts[{0, 0}]), 65535);
  EXPECT_EQ((noise.counts[{0, 1}]), 40);
  EXPECT_EQ((noise.counts[{0, 2}]), 65535);
  EXPECT_EQ(noise.overloads, 2U);
  EXPECT_GT(noise.photons, 9e8);  // before the cut
}

TEST(Noise, ANegativeOffsetStopsAtZero) {
  const Image<float> photons({1, 1}, {3.0F});
  EXPECT_EQ((image::poisson_counts(photons.view(), {}, 1, -1000.0).counts[{0, 0}]), 0);
}

TEST(Noise, WhatIsNoNumberOfPhotonsIsDarkOrOverloaded) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  const Image<float> photons({1, 3}, {nan, infinity, 0.0F});
  const image::NoiseImage noise = image::poisson_counts(photons.view(), {{0, 0}, {0, 2}}, 1, 40.0);
  EXPECT_EQ((noise.counts[{0, 0}]), 0);
  EXPECT_EQ((noise.counts[{0, 1}]), 65535);
  EXPECT_EQ((noise.counts[{0, 2}]), 40);
  EXPECT_EQ(noise.overloads, 1U);
}

}  // namespace
}  // namespace nanobragg
