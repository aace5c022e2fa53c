// Point spreads against closed forms.
#include "nanobragg/image/point_spread.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

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

// What noisify makes of one bright pixel of 100 µm in the middle of 41 × 41, around it, as a list
// of widths (µm) and 5 × 5 fractions; empty where the measurements are not there.
struct Delta {
  PointSpreadShape shape;
  double width_um;
  std::vector<double> fractions;
};
std::vector<Delta> measured_deltas() {
  std::ifstream file(std::string(NANOBRAGG_SHARED) + "/realism/noisify_psf_delta.txt");
  std::vector<Delta> deltas;
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::string name, fwhm, unit, radius, how;
    double width = 0.0;
    words >> name >> fwhm >> width >> unit >> radius >> how;
    if (how != "auto" || (name != "gauss" && name != "fiber")) continue;
    deltas.push_back(
        {name == "gauss" ? PointSpreadShape::gauss : PointSpreadShape::fibre, width, {}});
    for (int i = 0; i < 25; ++i) file >> deltas.back().fractions.emplace_back();
  }
  return deltas;
}

// It spreads what lies beyond its own kernel evenly over the image, which adds the same to every
// pixel; its numbers are whole photons of 1e9, from single precision.
TEST(PointSpread, IsThatOfNoisify) {
  const std::vector<Delta> deltas = measured_deltas();
  if (deltas.empty()) GTEST_SKIP() << "needs ../shared/realism";
  EXPECT_EQ(deltas.size(), 6U);
  for (const auto& [shape, width_um, fractions] : deltas) {
    const auto image = spread_photon(shape, 1e-6 * width_um, {41, 41});
    const double evenly = fractions.front() - image[{18, 18}];
    EXPECT_LT(std::abs(evenly), shape == PointSpreadShape::gauss ? 1e-7 : 2e-5);
    for (std::size_t i = 0; i < 25; ++i) {
      EXPECT_NEAR((image[{18 + i / 5, 18 + i % 5}]) + evenly, fractions[i], 1e-7)
          << width_um << " µm, " << i;
    }
  }
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
