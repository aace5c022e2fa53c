// Levels, colours and sizes of the pictures of a comparison.
#include "nanobragg/report/pictures.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "unit/compare/images.hpp"

namespace nanobragg::report {
namespace {

using compare::test::image_of;
using compare::test::pair_of;
using testing::ElementsAre;

TEST(CommonLevels, CoverBothImages) {
  const auto faint = image_of({1, 3}, {1, 2, 100});
  const auto bright = image_of({1, 3}, {2, 4, 200});
  const PreviewLevels levels = common_levels(pair_of(faint, bright), 100.0);
  EXPECT_EQ(levels.black, preview_levels(faint.view(), {}, 1.0).black);
  EXPECT_EQ(levels.white, 200.0);
}

TEST(CommonLevels, AnImageWithoutPhotonsTakesTheOthers) {
  const auto dark = image_of({1, 2}, {0, -1});
  const auto bright = image_of({1, 2}, {1, 2});
  EXPECT_EQ(common_levels(pair_of(dark, bright), 100.0).white, 2.0);
  EXPECT_EQ(common_levels(pair_of(bright, dark), 100.0).white, 2.0);
  EXPECT_EQ(common_levels(pair_of(dark, dark), 100.0).white, 0.0);
}

TEST(Difference, IsCandidateLessReferenceOfTheRegion) {
  const auto x = image_of({2, 2}, {1, 2, 3, 4});
  const auto y = image_of({2, 2}, {5, 2, 1, 4});
  EXPECT_THAT(difference(pair_of(x, y)).pixels(), ElementsAre(4, 0, -2, 0));
  const compare::ImagePair right(x.view(), y.view(), RegionOfInterest{{0, 1}, {1, 1}});
  EXPECT_EQ(difference(right).shape(), (ImageShape{2, 1}));
}

TEST(Difference, OfTheLargestFloatsStaysFinite) {
  const float huge = std::numeric_limits<float>::max();
  EXPECT_THAT(difference(pair_of(image_of({1, 1}, {huge}), image_of({1, 1}, {-huge}))).pixels(),
              ElementsAre(-huge));
}

TEST(DifferenceScale, LooksOnlyAtPixelsThatDiffer) {
  std::vector<float> delta(1000, 0.0F);
  delta[0] = -1.0F;
  delta[1] = 2.0F;
  delta[2] = -3.0F;
  const auto image = image_of({10, 100}, delta);
  EXPECT_EQ(difference_scale(image.view(), 50.0), 2.0);
  EXPECT_EQ(difference_scale(image.view(), 100.0), 3.0);
  EXPECT_EQ(difference_scale(Image<float>({2, 2}).view(), 99.5), 0.0);
}

TEST(DifferenceMap, IsSymmetricAndWhiteInTheMiddle) {
  const auto delta = image_of({1, 7}, {-20, -10, -5, 0, 5, 10, 20});
  const report::Preview map = difference_map(delta.view(), 10.0);
  EXPECT_THAT(map.index.pixels(), ElementsAre(0, 0, 63, 128, 192, 255, 255));
  const std::array<std::uint8_t, 3> white{255, 255, 255};
  EXPECT_EQ(map.palette[127], white);
  EXPECT_EQ(map.palette[128], white);
  EXPECT_GT(map.palette[0][2], map.palette[0][0]);      // blue
  EXPECT_GT(map.palette[255][0], map.palette[255][2]);  // red
}

TEST(DifferenceMap, WithoutDifferencesIsWhite) {
  const Image<float> none({1, 2});
  EXPECT_THAT(difference_map(none.view(), 0.0).index.pixels(), ElementsAre(128, 128));
}

TEST(FitForScreen, KeepsTheStrongestPixelOfEachBlock) {
  const auto image = image_of({2, 5}, {0, 1, 0, 0, 7, -3, 0, 0, 2, 0});
  const auto small = fit_for_screen(image.view(), 3);
  EXPECT_EQ(small.shape(), (ImageShape{1, 3}));
  EXPECT_THAT(small.pixels(), ElementsAre(-3, 2, 7));
  EXPECT_EQ(fit_for_screen(image.view(), 5).shape(), (ImageShape{2, 5}));
}

}  // namespace
}  // namespace nanobragg::report
