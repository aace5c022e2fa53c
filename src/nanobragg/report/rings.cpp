// Follows cones of diffraction to the panels, and writes numbers of pixels.
#include "nanobragg/report/rings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <optional>
#include <string_view>

#include "nanobragg/model/panel_stack.hpp"

namespace nanobragg::report {
namespace {

constexpr std::uint8_t kRing = 255, kDarkest = 254, kPaper = 0;
constexpr std::array<std::uint8_t, 3> kRingColour{42, 120, 190};

// Rows of five bits, from the top; the letter has its ring above the others.
constexpr std::size_t kGlyphWidth = 5, kGlyphHeight = 9;
struct Glyph {
  char letter;
  std::array<std::uint8_t, kGlyphHeight> rows;
};
constexpr auto kGlyphs = std::to_array<Glyph>({
    {'0', {0, 0, 14, 17, 17, 17, 17, 17, 14}},
    {'1', {0, 0, 4, 12, 4, 4, 4, 4, 14}},
    {'2', {0, 0, 14, 17, 1, 2, 4, 8, 31}},
    {'3', {0, 0, 14, 17, 1, 6, 1, 17, 14}},
    {'4', {0, 0, 2, 6, 10, 18, 31, 2, 2}},
    {'5', {0, 0, 31, 16, 30, 1, 1, 17, 14}},
    {'6', {0, 0, 14, 16, 30, 17, 17, 17, 14}},
    {'7', {0, 0, 31, 1, 2, 4, 4, 8, 8}},
    {'8', {0, 0, 14, 17, 17, 14, 17, 17, 14}},
    {'9', {0, 0, 14, 17, 17, 15, 1, 1, 14}},
    {'.', {0, 0, 0, 0, 0, 0, 0, 12, 12}},
    {'A', {4, 10, 4, 10, 17, 17, 31, 17, 17}},  // Å
});

struct Place {
  double fast, slow;  // pixels of the panel
};

// Where a ray from the sample meets a panel.
std::optional<Place> place_on(const PanelValues& panel, const Vec3<double>& ray) {
  const double towards = dot(ray, panel.normal);
  const double distance = dot(panel.corner_m, panel.normal);
  if (towards * distance <= 0.0) return std::nullopt;
  const Vec3<double> from_corner = (distance / towards) * ray - panel.corner_m;
  const double pixel = panel.pixel_size.value();
  const Place place{dot(from_corner, panel.fast) / pixel, dot(from_corner, panel.slow) / pixel};
  const bool is_inside = place.fast >= 0.0 && place.slow >= 0.0 &&
                         place.fast < static_cast<double>(panel.shape.fast) &&
                         place.slow < static_cast<double>(panel.shape.slow);
  return is_inside ? std::optional(place) : std::nullopt;
}

class Drawing {
 public:
  Drawing(Preview& picture, const RingGeometry& geometry)
      : picture_(picture), geometry_(geometry), stack_(stack_of(geometry.panels)) {
    const ImageShape shape = picture.index.shape();
    const std::size_t longest = std::max(shape.slow, shape.fast);
    line_ = std::max<std::size_t>(longest / 1200, 1);
    letter_ = std::max<std::size_t>(longest / 650, 1);
    const PanelValues& first = geometry.panels.front();
    const auto across = [&](const Vec3<double>& v) {
      return unit(v - dot(v, geometry.beam) * geometry.beam);
    };
    right_ = across(first.fast);
    down_ = across(first.slow);
  }

  void ring(double spacing_A) {
    const double sine = geometry_.wavelength.value() * 1e10 / (2.0 * spacing_A);
    if (!(sine < 1.0)) return;
    angle_ = 2.0 * std::asin(sine);
    constexpr int kSteps = 20'000;
    for (int i = 0; i < kSteps; ++i) mark(2.0 * std::numbers::pi * i / kSteps);
    label(fmt::format("{:g}A", spacing_A));
  }

 private:
  Vec3<double> ray(double azimuth) const {
    const Vec3<double> side = std::cos(azimuth) * right_ + std::sin(azimuth) * down_;
    return std::cos(angle_) * geometry_.beam + std::sin(angle_) * side;
  }

  void mark(double azimuth) {
    for (std::size_t i = 0; i < geometry_.panels.size(); ++i) {
      const auto place = place_on(geometry_.panels[i], ray(azimuth));
      if (!place) continue;
      const auto slow = static_cast<std::size_t>(place->slow);
      const auto fast = static_cast<std::size_t>(place->fast);
      for (std::size_t s = slow; s < slow + line_; ++s) {
        for (std::size_t f = fast; f < fast + line_; ++f) put(i, s, f, kRing);
      }
    }
  }

  void put(std::size_t panel, std::size_t slow, std::size_t fast, std::uint8_t colour) {
    const ImageShape shape = geometry_.panels[panel].shape;
    if (slow >= shape.slow || fast >= shape.fast) return;
    picture_.index[{stack_.first_row[panel] + slow, fast}] = colour;
  }

  // Where the text fits on a panel, as near to the upper right diagonal as can be.
  void label(std::string_view text) {
    const double width = static_cast<double>(letter_ * ((kGlyphWidth + 1) * text.size() + 5));
    const double height = static_cast<double>(letter_ * (kGlyphHeight + 4));
    for (int degrees = 0; degrees < 360; ++degrees) {
      const int away = degrees % 2 == 0 ? degrees / 2 : -(degrees + 1) / 2;
      const double azimuth = (away - 45) * std::numbers::pi / 180.0;
      for (std::size_t i = 0; i < geometry_.panels.size(); ++i) {
        const auto place = place_on(geometry_.panels[i], ray(azimuth));
        if (!place) continue;
        const ImageShape shape = geometry_.panels[i].shape;
        const double slow = place->slow - height / 2.0, fast = place->fast - width / 2.0;
        if (slow < 0.0 || fast < 0.0 || slow + height > static_cast<double>(shape.slow) ||
            fast + width > static_cast<double>(shape.fast)) {
          continue;
        }
        write(i, static_cast<std::size_t>(slow), static_cast<std::size_t>(fast), text);
        return;
      }
    }
  }

  void write(std::size_t panel, std::size_t slow, std::size_t fast, std::string_view text) {
    const std::size_t width = letter_ * ((kGlyphWidth + 1) * text.size() + 5);
    const std::size_t height = letter_ * (kGlyphHeight + 4);
    for (std::size_t s = 0; s < height; ++s) {
      for (std::size_t f = 0; f < width; ++f) put(panel, slow + s, fast + f, kPaper);
    }
    std::size_t at = fast + 3 * letter_;
    for (const char letter : text) {
      // The unit stands apart.
      if (letter == 'A') at += 2 * letter_ / 2;
      const auto glyph = std::ranges::find(kGlyphs, letter, &Glyph::letter);
      if (glyph != kGlyphs.end()) write_glyph(panel, slow + 2 * letter_, at, *glyph);
      at += (kGlyphWidth + 1) * letter_;
    }
  }

  void write_glyph(std::size_t panel, std::size_t slow, std::size_t fast, const Glyph& glyph) {
    for (std::size_t s = 0; s < kGlyphHeight * letter_; ++s) {
      const std::uint8_t row = glyph.rows[s / letter_];
      for (std::size_t f = 0; f < kGlyphWidth * letter_; ++f) {
        const bool is_ink = (row >> (kGlyphWidth - 1 - f / letter_) & 1U) != 0;
        if (is_ink) put(panel, slow + s, fast + f, kRing);
      }
    }
  }

  Preview& picture_;
  const RingGeometry& geometry_;
  PanelStack stack_;
  std::size_t line_ = 1, letter_ = 1;  // widths, pixels
  Vec3<double> right_, down_;
  double angle_ = 0.0;  // 2θ
};

}  // namespace

std::vector<double> ring_spacings_A(double finest_A) {
  constexpr auto kRound =
      std::to_array<double>({50, 40,  30,  20,  15,  10,  8,   6,   5, 4,   3.5, 3,   2.5, 2.2,
                             2,  1.8, 1.6, 1.5, 1.4, 1.3, 1.2, 1.1, 1, 0.9, 0.8, 0.7, 0.6, 0.5});
  constexpr int kRings = 5;
  constexpr double kInside = 1.04;  // the last is not on the corner itself
  std::vector<double> rings;
  for (int i = 1; i <= kRings; ++i) {
    const double wanted = i / (kInside * kRings * finest_A);  // 1/d
    std::optional<double> nearest;
    for (const double d : kRound) {
      if (d < finest_A) continue;
      if (!nearest || std::abs(1.0 / d - wanted) < std::abs(1.0 / *nearest - wanted)) nearest = d;
    }
    const bool is_new = nearest && std::ranges::find(rings, *nearest) == rings.end();
    if (is_new) rings.push_back(*nearest);
  }
  return rings;
}

void draw_rings(Preview& picture, const RingGeometry& geometry,
                std::span<const double> spacings_A) {
  for (std::uint8_t& index : picture.index.pixels()) index = std::min(index, kDarkest);
  picture.palette[kDarkest] = picture.palette[kRing];
  picture.palette[kRing] = kRingColour;
  Drawing drawing(picture, geometry);
  for (const double spacing : spacings_A) drawing.ring(spacing);
}

}  // namespace nanobragg::report
