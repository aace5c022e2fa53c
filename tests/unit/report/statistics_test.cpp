// Statistics of small images, worked out by hand.
#include "nanobragg/report/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "nanobragg/model/region.hpp"
#include "nanobragg/random/uniform_stream.hpp"

namespace nanobragg {
namespace {

const Image<float> kImage({2, 3}, {1.0F, 2.0F, 6.0F, 6.0F, 3.0F, 100.0F});
const RegionOfInterest kAll{{0, 0}, {1, 2}};
const RegionOfInterest kFirstTwoColumns{{0, 0}, {1, 1}};

TEST(Statistics, OfARegion) {
  const report::Statistics s = report::statistics(kImage.view(), kFirstTwoColumns, {});
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
  const auto masked = report::statistics(kImage.view(), kAll, mask.view());
  const auto all = report::statistics(kImage.view(), kAll, mask.view(),
                                      {.rmsd_pixels = report::RmsdPixels::all_in_region});
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
  const report::Statistics s = report::statistics(kImage.view(), {{1, 1}, {1, 1}}, {});
  EXPECT_EQ(s.mean, 3.0);
  EXPECT_EQ(s.rms, 3.0);
  EXPECT_EQ(s.rmsd, 0.0);
}

TEST(Statistics, NothingLeftByTheMaskIsZeroThroughout) {
  const Image<std::uint16_t> mask({2, 3});
  const report::Statistics s = report::statistics(kImage.view(), kAll, mask.view());
  EXPECT_EQ(s.pixels, 0U);
  EXPECT_EQ(s.max, 0.0);
  EXPECT_EQ(s.mean, 0.0);
  EXPECT_EQ(s.rms, 0.0);
  EXPECT_EQ(s.rmsd, 0.0);
}

TEST(Statistics, SquaresAreSinglePrecision) {
  const float value = 1.1F;
  const Image<float> image({1, 2}, {value, 0.0F});
  const report::Statistics s = report::statistics(image.view(), {{0, 0}, {0, 1}}, {});
  EXPECT_EQ(s.rms, std::sqrt(static_cast<double>(value * value)));
}

// Rows longer than what is summed side by side, and not a multiple of it.
TEST(Statistics, TheOrderOfSummationChangesRoundingAlone) {
  constexpr ImageShape kShape{7, 45};
  Image<float> image(kShape);
  Image<std::uint16_t> mask(kShape);
  UniformStream stream(3);
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    image.pixels()[i] = stream.next();
    mask.pixels()[i] = stream.next() < 0.1F ? 0 : 1;
  }
  image[{4, 20}] = image[{4, 37}] = 2.0F;
  mask[{4, 20}] = 0;
  mask[{4, 37}] = 1;
  const RegionOfInterest region{{1, 2}, {5, 43}};
  const auto one = report::statistics(image.view(), region, mask.view(),
                                      {.summation = report::Summation::one_by_one});
  const auto side = report::statistics(image.view(), region, mask.view(), {});
  double sum = 0.0;
  for_each_pixel(region, kShape, [&](PixelIndex p) {
    if (mask[p] != 0) sum += static_cast<double>(image[p]);
  });
  EXPECT_EQ(one.sum, sum);
  EXPECT_NEAR(side.sum, sum, 1e-13 * sum);
  EXPECT_NEAR(side.rms, one.rms, 1e-13 * one.rms);
  EXPECT_NEAR(side.rmsd, one.rmsd, 1e-13 * one.rmsd);
  EXPECT_EQ(side.pixels, one.pixels);
  EXPECT_EQ(side.max_at, (PixelIndex{4, 37}));
  EXPECT_EQ(one.max_at, side.max_at);
}

}  // namespace
}  // namespace nanobragg
