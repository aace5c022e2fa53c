// Rings of resolution stand where the resolution is.
#include "nanobragg/report/rings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace nanobragg::report {
namespace {

constexpr std::uint8_t kRing = 255;

PanelValues panel(const Vec3<double>& corner_m, ImageShape shape) {
  return {.corner_m = corner_m,
          .fast = {0.0, 0.0, 1.0},
          .slow = {0.0, -1.0, 0.0},
          .normal = {1.0, 0.0, 0.0},
          .pixel_size = Metre(1e-3),
          .shape = shape,
          .close_distance = Metre(0.1),
          .distance = Metre(0.1)};
}

// Radii (pixels from the beam) of the pixels of rings.
std::vector<double> radii(const Preview& picture, double slow, double fast) {
  std::vector<double> out;
  for (std::size_t s = 0; s < picture.index.shape().slow; ++s) {
    for (std::size_t f = 0; f < picture.index.shape().fast; ++f) {
      if (picture.index[{s, f}] != kRing) continue;
      out.push_back(
          std::hypot(static_cast<double>(s) + 0.5 - slow, static_cast<double>(f) + 0.5 - fast));
    }
  }
  return out;
}

TEST(Rings, StandAtTheirResolution) {
  // At 100 mm, with 1 Å: 2 Å at tan(2·asin(1/4))·100 = 55.33 pixels.
  const RingGeometry geometry{{panel({0.1, 0.1, -0.1}, {200, 200})}, {1.0, 0.0, 0.0}, Metre(1e-10)};
  Preview picture{Image<std::uint8_t>({200, 200}), diffraction_palette()};
  const std::vector<double> spacings{2.0};
  draw_rings(picture, geometry, spacings);
  const double radius = 100.0 * std::tan(2.0 * std::asin(0.25));
  const auto found = radii(picture, 100.0, 100.0);
  const auto on_ring =
      std::ranges::count_if(found, [&](double r) { return std::abs(r - radius) < 1.0; });
  EXPECT_GT(on_ring, 250);  // of a circumference of 348
  // The rest is the label, on the upper right.
  EXPECT_LT(static_cast<long>(found.size()) - on_ring, 120);
}

TEST(Rings, GoOverPanelsAndNotBeside) {
  const RingGeometry geometry{
      {panel({0.1, 0.1, -0.1}, {100, 200}), panel({0.1, 0.0, -0.1}, {100, 150})},
      {1.0, 0.0, 0.0},
      Metre(1e-10)};
  Preview picture{Image<std::uint8_t>({200, 200}), diffraction_palette()};
  const std::vector<double> spacings{2.0, 0.4};
  draw_rings(picture, geometry, spacings);  // nothing is seen of the second: behind 90°
  for (const double r : radii(picture, 100.0, 100.0)) EXPECT_LT(r, 80.0);
  EXPECT_EQ((picture.index[{155, 100}]), kRing);
  for (std::size_t s = 100; s < 200; ++s) EXPECT_EQ((picture.index[{s, 160}]), 0);
}

TEST(Rings, LeaveThePictureItsOrder) {
  const RingGeometry geometry{{panel({0.1, 0.1, -0.1}, {1, 3})}, {1.0, 0.0, 0.0}, Metre(1e-10)};
  Preview picture{Image<std::uint8_t>({1, 3}), diffraction_palette()};
  picture.index[{0, 0}] = 253;
  picture.index[{0, 1}] = 254;
  picture.index[{0, 2}] = 255;
  const auto darkest = picture.palette[255];
  draw_rings(picture, geometry, {});
  EXPECT_THAT(std::vector<int>(picture.index.pixels().begin(), picture.index.pixels().end()),
              testing::ElementsAre(253, 254, 254));
  EXPECT_EQ(picture.palette[254], darkest);
}

TEST(Rings, HaveRoundSpacingsInsideTheCorner) {
  for (const double finest : {0.62, 1.05, 1.7, 2.4, 7.0}) {
    const auto rings = ring_spacings_A(finest);
    EXPECT_GE(rings.size(), 3U) << finest;
    EXPECT_TRUE(std::ranges::is_sorted(rings, std::greater<>())) << finest;
    EXPECT_GE(rings.back(), finest);
    EXPECT_LT(rings.back(), 1.35 * finest);
  }
}

}  // namespace
}  // namespace nanobragg::report
