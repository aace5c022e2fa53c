// Images made block by block are those made at once.
#include "nanobragg/image/row_blocks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "nanobragg/image/adc.hpp"
#include "nanobragg/image/noise.hpp"

namespace nanobragg {
namespace {

// Of 700 rows, so that there are several blocks.
Image<float> some_photons() {
  Image<float> photons({700, 500});
  for (std::size_t i = 0; i < photons.pixels().size(); ++i) {
    photons.pixels()[i] = static_cast<float>(i % 97);
  }
  return photons;
}

template <class NextRows>
std::vector<std::uint16_t> all_rows(NextRows next, std::size_t rows, std::size_t* blocks) {
  std::vector<std::uint16_t> pixels;
  *blocks = 0;
  for (std::size_t slow = 0; slow < rows;) {
    const ImageView<const std::uint16_t> block = next(slow);
    pixels.insert(pixels.end(), block.pixels().begin(), block.pixels().end());
    slow += block.shape().slow;
    ++*blocks;
  }
  return pixels;
}

TEST(RowBlocks, AreTheImage) {
  const Image<float> photons = some_photons();
  for (const RegionOfInterest& region :
       {RegionOfInterest{{0, 0}, {699, 499}}, RegionOfInterest{{100, 3}, {300, 17}},
        RegionOfInterest{{699, 499}, {699, 499}}}) {
    const auto whole = image::digitise(photons.view(), region, 3.0, 7.0);
    const auto make = [](ImageView<const float> rows, const RegionOfInterest& inside) {
      return image::digitise(rows, inside, 3.0, 7.0);
    };
    std::size_t blocks = 0;
    const auto pixels =
        all_rows(image::row_blocks<std::uint16_t>(photons.view(), region, make), 700, &blocks);
    EXPECT_GT(blocks, 2U);
    EXPECT_TRUE(std::ranges::equal(pixels, whole.pixels()));
  }
}

TEST(RowBlocks, GoOnWithTheSameDeviates) {
  const Image<float> photons = some_photons();
  const RegionOfInterest region{{10, 20}, {650, 480}};
  const image::NoiseImage whole = image::poisson_counts(photons.view(), region, 5, 40.0);
  image::PoissonCounts counts(UniformStream(5), 40.0);
  const auto make = [&](ImageView<const float> rows, const RegionOfInterest& inside) {
    return counts.next(rows, inside);
  };
  std::size_t blocks = 0;
  const auto pixels =
      all_rows(image::row_blocks<std::uint16_t>(photons.view(), region, make), 700, &blocks);
  EXPECT_TRUE(std::ranges::equal(pixels, whole.counts.pixels()));
  EXPECT_EQ(counts.photons(), whole.photons);
  EXPECT_EQ(counts.overloads(), whole.overloads);
}

}  // namespace
}  // namespace nanobragg
