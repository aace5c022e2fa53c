// Statistics of small images, worked out by hand.
#include "nanobragg/response/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace nanobragg {
namespace {

const Image<float> kImage({2, 3}, {1.0F, 2.0F, 6.0F, 6.0F, 3.0F, 100.0F});
const RegionOfInterest kAll{{0, 0}, {1, 2}};
const RegionOfInterest kFirstTwoColumns{{0, 0}, {1, 1}};

TEST(Statistics, OfARegion) {
  const Statistics s = statistics(kImage.view(), kFirstTwoColumns, {}, RmsdPixels::unmasked);
  EXPECT_EQ(s.max, 6.0);
  EXPECT_EQ(s.max_at, (PixelIndex{1, 0}));
  EXPECT_EQ(s.sum, 12.0);
  EXPECT_EQ(s.mean, 3.0);
  EXPECT_DOUBLE_EQ(s.rms, std::sqrt(50.0 / 3.0));
  EXPECT_DOUBLE_EQ(s.rmsd, std::sqrt(14.0 / 3.0));
  EXPECT_EQ(s.pixels, 4U);
}

TEST(Statistics, MaskedPixelsCountForRmsdAloneAndOnlyIfAsked) {
  const Image<std::uint16_t> mask({2, 3}, {1, 1, 1, 1, 1, 0});
  const auto masked = statistics(kImage.view(), kAll, mask.view(), RmsdPixels::unmasked);
  const auto all = statistics(kImage.view(), kAll, mask.view(), RmsdPixels::all_in_region);
  EXPECT_EQ(masked.max, 6.0);
  EXPECT_EQ(masked.max_at, (PixelIndex{0, 2}));  // the first of two equal ones
  EXPECT_DOUBLE_EQ(masked.mean, 3.6);
  EXPECT_EQ(masked.pixels, 5U);
  EXPECT_DOUBLE_EQ(masked.rmsd, std::sqrt((2.6 * 2.6 + 1.6 * 1.6 + 2 * 2.4 * 2.4 + 0.36) / 4.0));
  EXPECT_EQ(all.mean, masked.mean);
  EXPECT_EQ(all.rms, masked.rms);
  EXPECT_EQ(all.pixels, masked.pixels);
  EXPECT_DOUBLE_EQ(all.rmsd,
                   std::sqrt((2.6 * 2.6 + 1.6 * 1.6 + 2 * 2.4 * 2.4 + 0.36 + 96.4 * 96.4) / 5.0));
}

TEST(Statistics, OnePixelDividesByOne) {
  const Statistics s = statistics(kImage.view(), {{1, 1}, {1, 1}}, {}, RmsdPixels::unmasked);
  EXPECT_EQ(s.mean, 3.0);
  EXPECT_EQ(s.rms, 3.0);
  EXPECT_EQ(s.rmsd, 0.0);
}

TEST(Statistics, NothingLeftByTheMaskIsZeroThroughout) {
  const Image<std::uint16_t> mask({2, 3});
  const Statistics s = statistics(kImage.view(), kAll, mask.view(), RmsdPixels::unmasked);
  EXPECT_EQ(s.pixels, 0U);
  EXPECT_EQ(s.max, 0.0);
  EXPECT_EQ(s.mean, 0.0);
  EXPECT_EQ(s.rms, 0.0);
  EXPECT_EQ(s.rmsd, 0.0);
}

TEST(Statistics, SquaresAreSinglePrecision) {
  const float value = 1.1F;
  const Image<float> image({1, 2}, {value, 0.0F});
  const Statistics s = statistics(image.view(), {{0, 0}, {0, 1}}, {}, RmsdPixels::unmasked);
  EXPECT_EQ(s.rms, std::sqrt(static_cast<double>(value * value)));
}

}  // namespace
}  // namespace nanobragg
