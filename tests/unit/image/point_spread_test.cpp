// Point spreads against closed forms.
#include "nanobragg/image/point_spread.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "nanobragg/physics/point_spread.hpp"

namespace nanobragg::image {
namespace {

constexpr double kPixel = 1e-4;

// What one photon in the middle of an image becomes.
Image<double> spread_photon(PointSpreadShape shape, double width, ImageShape size) {
  Image<double> image(size);
  image[{size.slow / 2, size.fast / 2}] = 1.0;
  SpreadOverPixels({shape, Metre(width)}, kPixel, size, 2).apply_to(image.view(), 2);
  return image;
}

double sum(const Image<double>& image) {
  return std::accumulate(image.pixels().begin(), image.pixels().end(), 0.0);
}

// The density of a taper, integrated over a pixel by the midpoint rule.
double taper_pixel(double width, double slow, double fast) {
  const double g = physics::kTaperWidth * width;
  constexpr int kPoints = 400;
  double total = 0.0;
  for (int i = 0; i < kPoints; ++i) {
    for (int j = 0; j < kPoints; ++j) {
      const double y = (slow - 0.5 + (i + 0.5) / kPoints) * kPixel;
      const double x = (fast - 0.5 + (j + 0.5) / kPoints) * kPixel;
      total += g / (2.0 * constants::kPi) * std::pow(g * g + x * x + y * y, -1.5);
    }
  }
  return total * kPixel * kPixel / (kPoints * kPoints);
}

TEST(PointSpread, KeepsEveryPhotonOfAGaussian) {
  for (const double width : {0.2, 0.46, 1.0, 3.3, 9.0}) {
    const auto image = spread_photon(PointSpreadShape::gauss, width * kPixel, {101, 90});
    EXPECT_NEAR(sum(image), 1.0, 1e-12) << width;
  }
}

TEST(PointSpread, FallsToHalfAtHalfItsWidth) {
  // Of pixels that are small beside it.
  const ImageShape size{401, 401};
  for (const auto shape : {PointSpreadShape::gauss, PointSpreadShape::fibre}) {
    const auto image = spread_photon(shape, 80 * kPixel, size);
    const double peak = image[{200, 200}];
    EXPECT_NEAR((image[{200, 240}]) / peak, 0.5, 1e-3);
    EXPECT_NEAR((image[{160, 200}]) / peak, 0.5, 1e-3);
  }
}

TEST(PointSpread, OfATaperIsItsIntegral) {
  const auto image = spread_photon(PointSpreadShape::fibre, 0.46 * kPixel, {41, 64});
  for (const PixelIndex offset : {PixelIndex{0, 0}, {0, 1}, {1, 1}, {5, 0}, {7, 11}}) {
    const double expected = taper_pixel(0.46 * kPixel, static_cast<double>(offset.slow),
                                        static_cast<double>(offset.fast));
    EXPECT_NEAR((image[{20 + offset.slow, 32 + offset.fast}]), expected, 2e-5 * expected);
    EXPECT_NEAR((image[{20 - offset.slow, 32 - offset.fast}]), expected, 2e-5 * expected);
  }
}

// What a square of half width a keeps: 4 corners of atan(a²/(g·√(g² + 2a²)))/2π.
TEST(PointSpread, OfATaperLosesWhatGoesBeyondTheEdges) {
  const double width = 1.0 * kPixel;
  const double g = physics::kTaperWidth * width;
  const double a = 30.5 * kPixel;
  const double kept = 2.0 / constants::kPi * std::atan(a * a / (g * std::sqrt(g * g + 2 * a * a)));
  EXPECT_NEAR(sum(spread_photon(PointSpreadShape::fibre, width, {61, 61})), kept, 1e-12);
}

TEST(PointSpread, AtAnEdgeLosesHalf) {
  Image<double> image({50, 60});
  for (std::size_t slow = 0; slow < 50; ++slow) image[{slow, 0}] = 1.0;
  const double width = 2.0 * kPixel;
  SpreadOverPixels({PointSpreadShape::gauss, Metre(width)}, kPixel, {50, 60}, 1)
      .apply_to(image.view(), 1);
  double row = 0.0;
  for (const double photons : image.view().row(25)) row += photons;
  const double inside = physics::gaussian_share(-kPixel / 2, 60 * kPixel, width).value;
  EXPECT_NEAR(row, inside, 1e-12);
}

TEST(PointSpread, DoesNotDependOnThreads) {
  for (const auto shape : {PointSpreadShape::gauss, PointSpreadShape::fibre}) {
    Image<double> one({37, 53}), seven({37, 53});
    for (std::size_t i = 0; i < one.pixels().size(); ++i) {
      one.pixels()[i] = seven.pixels()[i] = static_cast<double>((i * 7919) % 1000);
    }
    const PointSpread spread{shape, Metre(1.4 * kPixel)};
    SpreadOverPixels(spread, kPixel, one.shape(), 1).apply_to(one.view(), 1);
    SpreadOverPixels(spread, kPixel, one.shape(), 7).apply_to(seven.view(), 7);
    for (std::size_t i = 0; i < one.pixels().size(); ++i) {
      ASSERT_EQ(one.pixels()[i], seven.pixels()[i]);
    }
  }
}

}  // namespace
}  // namespace nanobragg::image
