// Spots at known places, and how far they moved.
#include "nanobragg/compare/peaks.hpp"

#include <gtest/gtest.h>

#include "unit/compare/images.hpp"

namespace nanobragg::compare {
namespace {

using test::image_of;
using test::pair_of;
using test::Spot;
using test::spots_image;

std::vector<Peak> peaks_of(const Image<float>& image, std::size_t count = 100) {
  const ImageShape shape = image.shape();
  return find_peaks(image.view(), {{0, 0}, {shape.slow - 1, shape.fast - 1}}, count);
}

std::vector<Spot> moved(std::vector<Spot> spots, double slow, double fast) {
  for (Spot& spot : spots) {
    spot.at.slow += slow;
    spot.at.fast += fast;
  }
  return spots;
}

const std::vector<Spot> kSpots{
    {{10, 12}, 100, 0.7}, {{30, 40}, 300, 0.7}, {{45, 15}, 200, 0.7}, {{20, 60}, 50, 0.7}};

TEST(Peaks, AreFoundBrightestFirst) {
  const auto peaks = peaks_of(spots_image({60, 80}, kSpots));
  ASSERT_EQ(peaks.size(), 4U);
  EXPECT_EQ(peaks[0].at, (PixelIndex{30, 40}));
  EXPECT_EQ(peaks[3].at, (PixelIndex{20, 60}));
  EXPECT_FLOAT_EQ(static_cast<float>(peaks[0].intensity), 300.0F);
  EXPECT_EQ(peaks_of(spots_image({60, 80}, kSpots), 2).size(), 2U);
}

TEST(Peaks, TheCentroidIsThatOfTheSpot) {
  const auto peaks = peaks_of(spots_image({20, 20}, {{{9.3, 10.2}, 100, 0.7}}));
  ASSERT_EQ(peaks.size(), 1U);
  EXPECT_EQ(peaks[0].at, (PixelIndex{9, 10}));
  // The window of five pixels holds nearly all of a spot this sharp.
  EXPECT_NEAR(peaks[0].centroid.slow, 9.3, 0.02);
  EXPECT_NEAR(peaks[0].centroid.fast, 10.2, 0.02);
}

TEST(Peaks, ShiftedSpotsHaveTheShiftAsDisplacement) {
  const auto x = spots_image({60, 80}, kSpots);
  const auto y = spots_image({60, 80}, moved(kSpots, 0.3, -0.4));
  const PeakComparison peaks = compare_peaks(pair_of(x, y));
  EXPECT_EQ(peaks.matches.size(), 4U);
  EXPECT_NEAR(*peaks.mean_displacement_px(), 0.5, 0.03);
  EXPECT_NEAR(*peaks.max_displacement_px(), 0.5, 0.03);
}

TEST(Peaks, BeyondTheGateNothingMatches) {
  const auto x = spots_image({60, 80}, kSpots);
  const auto y = spots_image({60, 80}, moved(kSpots, 0.0, 1.5));
  const PeakComparison peaks = compare_peaks(pair_of(x, y));
  EXPECT_EQ(peaks.matches.size(), 0U);
  EXPECT_EQ(peaks.mean_displacement_px(), std::nullopt);
  EXPECT_EQ(peaks.max_displacement_px(), std::nullopt);
  EXPECT_EQ(compare_peaks(pair_of(x, y), {100, 2.0}).matches.size(), 4U);
}

TEST(Peaks, EachPeakMatchesOnceAndTheClosestWins) {
  const auto x = spots_image({20, 30}, {{{10, 10}, 100, 0.4}});
  const auto y = spots_image({20, 30}, {{{10, 8}, 100, 0.4}, {{10, 11}, 90, 0.4}});
  const PeakComparison peaks = compare_peaks(pair_of(x, y), {100, 3.0});
  ASSERT_EQ(peaks.matches.size(), 1U);
  EXPECT_EQ(peaks.candidate[peaks.matches[0].candidate].at, (PixelIndex{10, 11}));
}

TEST(Peaks, APlateauIsOnePeak) {
  Image<float> image({12, 12});
  for (const PixelIndex p : {PixelIndex{5, 5}, {5, 6}, {6, 5}, {6, 6}, {7, 7}}) image[p] = 9.0F;
  const auto peaks = peaks_of(image);
  ASSERT_EQ(peaks.size(), 1U);
  EXPECT_EQ(peaks[0].at, (PixelIndex{5, 5}));
  EXPECT_NEAR(peaks[0].centroid.slow, 29.0 / 5.0, 1e-12);
  EXPECT_NEAR(peaks[0].centroid.fast, 29.0 / 5.0, 1e-12);
}

TEST(Peaks, APlateauBesideSomethingHigherIsNone) {
  Image<float> image({12, 12});
  for (std::size_t fast = 2; fast < 9; ++fast) image[{5, fast}] = 9.0F;
  image[{6, 9}] = 10.0F;
  const auto peaks = peaks_of(image);
  ASSERT_EQ(peaks.size(), 1U);
  EXPECT_EQ(peaks[0].at, (PixelIndex{6, 9}));
}

TEST(Peaks, NeighboursWithinTwoPixelsAreOne) {
  Image<float> image({12, 12});
  image[{5, 5}] = 9.0F;
  image[{5, 7}] = 8.0F;
  image[{5, 8}] = 7.0F;
  image[{9, 9}] = 1.0F;
  const auto peaks = peaks_of(image);
  ASSERT_EQ(peaks.size(), 2U);
  EXPECT_EQ(peaks[1].at, (PixelIndex{9, 9}));
}

TEST(Peaks, FlatAndDarkImagesHaveNone) {
  EXPECT_TRUE(peaks_of(Image<float>({8, 8})).empty());
  EXPECT_TRUE(peaks_of(Image<float>({8, 8}, std::vector<float>(64, 5.0F))).empty());
  EXPECT_TRUE(peaks_of(image_of({1, 3}, {-3, -1, -2})).empty());
}

TEST(Peaks, AtTheEdgeOfTheRegionPixelsOutsideDoNotCount) {
  const auto image = image_of({1, 6}, {9, 8, 3, 4, 5, 6});
  const auto peaks = find_peaks(image.view(), {{0, 1}, {0, 4}}, 10);
  ASSERT_EQ(peaks.size(), 2U);
  EXPECT_EQ(peaks[0].at, (PixelIndex{0, 1}));
  EXPECT_EQ(peaks[1].at, (PixelIndex{0, 4}));
}

}  // namespace
}  // namespace nanobragg::compare
