// Measured images of other programs against what CBFlib reads in them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "nanobragg/io/images/observed_image.hpp"

namespace nanobragg::io {
namespace {

// Sums of the numbers in the arrays, by CBFlib 0.9.7; of the panels there are as many.
struct Measured {
  const char* file;
  ImageShape shape;
  double sum, least, most;
};

class MeasuredImages : public testing::TestWithParam<Measured> {};

TEST_P(MeasuredImages, AreReadToTheLastNumber) {
  const auto& [name, shape, sum, least, most] = GetParam();
  const auto file = std::filesystem::path(NANOBRAGG_SHARED) / name;
  if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not there";
  const auto images = open_image(file, {});
  ASSERT_EQ(images->exposures(), 1U);
  const ObservedImage image = images->read(0);
  EXPECT_EQ(image.shape(), shape);
  double total = 0.0;
  for (const double value : image.values.pixels()) total += value;
  EXPECT_EQ(total, sum);
  EXPECT_EQ(std::ranges::min(image.values.pixels()), least);
  EXPECT_EQ(std::ranges::max(image.values.pixels()), most);
}

INSTANTIATE_TEST_SUITE_P(
    OfOthers, MeasuredImages,
    testing::Values(
        Measured{"measured/idx-20130301060858401.cbf", {11840, 194}, 32878926, -5136, 16383},
        Measured{"measured/hit-20181213155134902.cbf", {1920, 1920}, 3410756158, 0, 31096}));

}  // namespace
}  // namespace nanobragg::io
