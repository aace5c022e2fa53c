// Metrics of images whose figures are known in closed form.
#include "nanobragg/compare/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <numeric>

#include "nanobragg/base/error.hpp"
#include "unit/compare/images.hpp"

namespace nanobragg::compare {
namespace {

using test::image_of;
using test::pair_of;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

std::string error_of(const Image<float>& reference, const Image<float>& candidate,
                     const std::optional<RegionOfInterest>& region = {}) {
  try {
    const ImagePair pair(reference.view(), candidate.view(), region);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Metrics, IdenticalImagesAgreeInEverything) {
  const auto image = test::spots_image({20, 30}, {{{9.3, 14.2}}});
  const Metrics m = measure(pair_of(image, image));
  EXPECT_EQ(m.pixels, 600U);
  EXPECT_EQ(m.correlation, 1.0);
  EXPECT_EQ(m.mse, 0.0);
  EXPECT_EQ(m.rmse(), 0.0);
  EXPECT_EQ(m.max_abs_diff, 0.0);
  EXPECT_EQ(m.max_abs_diff_at, std::nullopt);
  EXPECT_EQ(m.sum_ratio, 1.0);
  EXPECT_DOUBLE_EQ(m.ssim, 1.0);
  EXPECT_EQ(m.ulp_histogram[0].pixels, 600U);
}

TEST(Metrics, SmallImageByHand) {
  // x − mean: −1 0 1; y − mean: −2 −1 3: Σxy = 5, Σxx = 2, Σyy = 14.
  const auto x = image_of({1, 3}, {1, 2, 3});
  const auto y = image_of({1, 3}, {2, 3, 7});
  const Metrics m = measure(pair_of(x, y));
  EXPECT_DOUBLE_EQ(*m.correlation, 5.0 / std::sqrt(28.0));
  EXPECT_DOUBLE_EQ(m.mse, (1.0 + 1.0 + 16.0) / 3.0);
  EXPECT_DOUBLE_EQ(m.rmse(), std::sqrt(6.0));
  EXPECT_EQ(m.max_abs_diff, 4.0);
  EXPECT_EQ(m.max_abs_diff_at, (PixelIndex{0, 2}));
  EXPECT_EQ(m.max_reference, 3.0);
  EXPECT_EQ(m.sum_reference, 6.0);
  EXPECT_EQ(m.sum_candidate, 12.0);
  EXPECT_EQ(m.sum_ratio, 2.0);
}

TEST(Metrics, TheFirstOfSeveralLargestDifferencesIsNamed) {
  const auto x = image_of({2, 2}, {0, 0, 0, 0});
  const auto y = image_of({2, 2}, {1, -2, 2, 0});
  EXPECT_EQ(measure(pair_of(x, y)).max_abs_diff_at, (PixelIndex{0, 1}));
}

TEST(Metrics, ScaledAndInvertedImages) {
  const auto x = image_of({2, 2}, {1, 2, 4, 8});
  const auto doubled = image_of({2, 2}, {2, 4, 8, 16});
  const auto inverted = image_of({2, 2}, {-1, -2, -4, -8});
  EXPECT_EQ(measure(pair_of(x, doubled)).correlation, 1.0);
  EXPECT_EQ(measure(pair_of(x, doubled)).sum_ratio, 2.0);
  EXPECT_EQ(measure(pair_of(x, inverted)).correlation, -1.0);
}

TEST(Metrics, CorrelationOfConstantImages) {
  const auto sevens = image_of({2, 2}, {7, 7, 7, 7});
  const auto eights = image_of({2, 2}, {8, 8, 8, 8});
  const auto others = image_of({2, 2}, {7, 8, 7, 8});
  EXPECT_EQ(measure(pair_of(sevens, sevens)).correlation, 1.0);
  EXPECT_EQ(measure(pair_of(sevens, eights)).correlation, std::nullopt);
  EXPECT_EQ(measure(pair_of(sevens, others)).correlation, std::nullopt);
  EXPECT_EQ(measure(pair_of(others, sevens)).correlation, std::nullopt);
}

TEST(Metrics, ConstantTenthsAreRecognised) {
  // The mean of many tenths is not a tenth to the last bit.
  const Image<float> x({100, 100}, std::vector<float>(10000, 0.1F));
  Image<float> y = x;
  y[{3, 4}] = 0.2F;
  EXPECT_EQ(measure(pair_of(x, y)).correlation, std::nullopt);
}

TEST(Metrics, SmallRippleOnALargePedestalIsCorrelatedAsWithoutIt) {
  std::vector<float> ripple(1000), on_pedestal(1000);
  for (std::size_t i = 0; i < ripple.size(); ++i) {
    ripple[i] = static_cast<float>(i % 7);
    on_pedestal[i] = 1e6F + static_cast<float>(i % 7);
  }
  const auto x = image_of({10, 100}, ripple);
  const auto y = image_of({10, 100}, on_pedestal);
  EXPECT_NEAR(*measure(pair_of(x, y)).correlation, 1.0, 1e-15);
}

TEST(Metrics, SumOfZeroHasNoRatio) {
  const auto x = image_of({1, 2}, {0, 0});
  const auto y = image_of({1, 2}, {1, 2});
  EXPECT_EQ(measure(pair_of(x, y)).sum_ratio, std::nullopt);
}

TEST(Metrics, LargestFloatsDoNotOverflow) {
  const float huge = std::numeric_limits<float>::max();
  const auto x = image_of({1, 3}, {huge, 0, -huge});
  const auto y = image_of({1, 3}, {-huge, 0, huge});
  const Metrics m = measure(pair_of(x, y));
  EXPECT_EQ(m.correlation, -1.0);
  EXPECT_EQ(m.max_abs_diff, 2.0 * static_cast<double>(huge));
  EXPECT_TRUE(std::isfinite(m.mse));
}

TEST(Metrics, OnlyTheRegionCounts) {
  const auto x = image_of({2, 3}, {1, 2, kNan, 3, 4, kNan});
  const auto y = image_of({2, 3}, {1, 2, 9, 3, 5, 9});
  const ImagePair pair(x.view(), y.view(), RegionOfInterest{{0, 0}, {1, 1}});
  const Metrics m = measure(pair);
  EXPECT_EQ(m.pixels, 4U);
  EXPECT_EQ(m.sum_candidate, 11.0);
  EXPECT_EQ(m.max_abs_diff_at, (PixelIndex{1, 1}));
}

TEST(UlpDistance, CountsFloatsAcrossZero) {
  const float least = std::numeric_limits<float>::denorm_min();
  EXPECT_EQ(ulp_distance(1.0F, 1.0F), 0);
  EXPECT_EQ(ulp_distance(0.0F, -0.0F), 0);
  EXPECT_EQ(ulp_distance(1.0F, std::nextafter(1.0F, 2.0F)), 1);
  EXPECT_EQ(ulp_distance(1.0F, std::nextafter(1.0F, 0.0F)), 1);
  EXPECT_EQ(ulp_distance(-least, least), 2);
  EXPECT_EQ(ulp_distance(1.0F, 2.0F), 1 << 23);
  EXPECT_EQ(ulp_distance(-1.0F, 1.0F), 2LL * 0x3f800000);
}

TEST(UlpHistogram, EveryDistanceFallsIntoItsBucket) {
  const std::vector<std::int64_t> distances{0, 1, 2, 3, 10, 11, 100, 101, 1000, 1000001};
  std::vector<float> x, y;
  for (const std::int64_t d : distances) {
    x.push_back(1.0F);
    y.push_back(std::bit_cast<float>(static_cast<std::int32_t>(0x3f800000 + d)));
  }
  const ImageShape shape{1, x.size()};
  const Metrics m = measure(pair_of(image_of(shape, x), image_of(shape, y)));
  std::vector<std::size_t> counts;
  for (const UlpBucket& bucket : m.ulp_histogram) counts.push_back(bucket.pixels);
  EXPECT_THAT(counts, testing::ElementsAre(1, 1, 1, 2, 2, 2, 0, 0, 0, 1));
  EXPECT_EQ(m.ulp_histogram[8].to, 1000000);
  EXPECT_EQ(m.ulp_histogram[9].to, std::nullopt);
}

TEST(ImagePair, NamesTheFirstPixelThatIsNoNumber) {
  const auto good = image_of({2, 2}, {1, 2, 3, 4});
  const auto bad = image_of({2, 2}, {1, 2, kNan, std::numeric_limits<float>::infinity()});
  EXPECT_EQ(error_of(good, bad),
            "the candidate image has 2 pixels that are not a finite number (first: nan at slow 1, "
            "fast 0)");
  EXPECT_THAT(error_of(bad, good), testing::StartsWith("the reference image has 2 pixels"));
  const auto one = image_of({2, 2}, {1, 2, 3, -std::numeric_limits<float>::infinity()});
  EXPECT_EQ(error_of(one, good),
            "the reference image has a pixel that is not a finite number (first: -inf at slow 1, "
            "fast 1)");
}

TEST(ImagePair, RefusesWhatCannotBeCompared) {
  const auto wide = image_of({1, 4}, {1, 2, 3, 4});
  const auto square = image_of({2, 2}, {1, 2, 3, 4});
  const Image<float> empty;
  EXPECT_THAT(error_of(wide, square), testing::HasSubstr("reference 4 x 1, candidate 2 x 2"));
  EXPECT_THAT(error_of(empty, empty), testing::HasSubstr("no pixels"));
  EXPECT_THAT(error_of(wide, wide, RegionOfInterest{{0, 0}, {1, 1}}),
              testing::HasSubstr("not inside the image"));
  EXPECT_THAT(error_of(wide, wide, RegionOfInterest{{0, 2}, {0, 1}}),
              testing::HasSubstr("not inside the image"));
}

TEST(Ssim, KnowsConstantImagesInClosedForm) {
  // White is the largest pixel, 4, so x = 1/2 and y = 1 have no spread: only means remain.
  const Image<float> x({16, 16}, std::vector<float>(256, 1.0F));
  const Image<float> y({16, 16}, std::vector<float>(256, 4.0F));
  const double expected = (2.0 * 0.5 * 1.0 + 1e-4) / (0.25 + 1.0 + 1e-4);
  EXPECT_NEAR(measure(pair_of(x, y)).ssim, expected, 1e-12);
}

TEST(Ssim, OfOnePixelAndOfNothing) {
  const auto x = image_of({1, 1}, {3});
  const auto zero = image_of({1, 1}, {0});
  EXPECT_DOUBLE_EQ(measure(pair_of(x, x)).ssim, 1.0);
  EXPECT_DOUBLE_EQ(measure(pair_of(zero, zero)).ssim, 1.0);
}

TEST(Ssim, FallsAsTheSpotsMoveApart) {
  const auto at = [](double fast) { return test::spots_image({40, 40}, {{{20, fast}}}); };
  const auto reference = at(20);
  double last = 1.0;
  for (const double shift : {0.25, 0.5, 1.0, 2.0}) {
    const double ssim = measure(pair_of(reference, at(20 + shift))).ssim;
    EXPECT_LT(ssim, last) << shift;
    last = ssim;
  }
  EXPECT_GT(last, 0.0);
}

// The definition, window by window, to check the separable sums.
TEST(Ssim, IsTheWeightedSumOverEachWindow) {
  std::vector<float> a(13 * 17), b(13 * 17);
  for (std::size_t i = 0; i < a.size(); ++i) {
    a[i] = static_cast<float>((i * 37) % 101);
    b[i] = static_cast<float>((i * 53 + i / 7) % 97);
  }
  a[0] = b[0] = 100.0F;  // enough of the brightest for it to be the 99.9th percentile
  a[1] = b[1] = 100.0F;
  double total = 0.0;
  for (int row = 0; row < 13; ++row) {
    for (int column = 0; column < 17; ++column) {
      double w = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
      for (int s = std::max(0, row - 5); s <= std::min(12, row + 5); ++s) {
        for (int f = std::max(0, column - 5); f <= std::min(16, column + 5); ++f) {
          const double r2 = (s - row) * (s - row) + (f - column) * (f - column);
          const double weight = std::exp(-r2 / 4.5);
          const auto i = static_cast<std::size_t>(s * 17 + f);
          const double u = std::sqrt(static_cast<double>(a[i]) / 100.0);
          const double v = std::sqrt(static_cast<double>(b[i]) / 100.0);
          w += weight, x += weight * u, y += weight * v;
          xx += weight * u * u, yy += weight * v * v, xy += weight * u * v;
        }
      }
      x /= w, y /= w;
      total += (2 * x * y + 1e-4) * (2 * (xy / w - x * y) + 9e-4) /
               ((x * x + y * y + 1e-4) * (xx / w - x * x + yy / w - y * y + 9e-4));
    }
  }
  EXPECT_NEAR(measure(pair_of(image_of({13, 17}, a), image_of({13, 17}, b))).ssim, total / 221.0,
              1e-12);
}

}  // namespace
}  // namespace nanobragg::compare
