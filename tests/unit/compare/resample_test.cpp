// Interpolation of what bilinear interpolation must keep.
#include "nanobragg/compare/resample.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nanobragg/base/error.hpp"
#include "unit/compare/images.hpp"

namespace nanobragg::compare {
namespace {

using test::image_of;
using testing::ElementsAre;

TEST(Resample, TheSameShapeGivesTheSamePixels) {
  const auto image = test::spots_image({7, 9}, {{{3.2, 4.1}}});
  const auto same = resample(image.view(), {7, 9});
  EXPECT_THAT(same.pixels(), testing::ElementsAreArray(image.pixels()));
}

TEST(Resample, BetweenTheCentresIsLinearAndBeyondThemConstant) {
  const auto image = image_of({1, 2}, {0, 4});
  EXPECT_THAT(resample(image.view(), {1, 4}).pixels(), ElementsAre(0, 1, 3, 4));
  const auto column = image_of({2, 1}, {0, 4});
  EXPECT_THAT(resample(column.view(), {4, 1}).pixels(), ElementsAre(0, 1, 3, 4));
}

TEST(Resample, HalfTheSizeIsTheMeanOfNeighbours) {
  const auto image = image_of({2, 4}, {0, 2, 4, 6, 8, 10, 12, 14});
  EXPECT_THAT(resample(image.view(), {1, 2}).pixels(), ElementsAre(5, 9));
}

TEST(Resample, AnEmptyImageIsAnError) {
  EXPECT_THROW(resample(Image<float>().view(), {1, 1}), Error);
  EXPECT_THROW(resample(image_of({1, 1}, {1}).view(), {0, 1}), Error);
}

}  // namespace
}  // namespace nanobragg::compare
