// A log-scaled 8-bit picture of a diffraction image, dark spots on a light background.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "nanobragg/base/image.hpp"
#include "nanobragg/report/limits.hpp"

namespace nanobragg::report {

// 256 sRGB colours.
using Palette = std::array<std::array<std::uint8_t, 3>, 256>;

struct Preview {
  Image<std::uint8_t> index;  // into the palette; 0 is the background
  Palette palette;
};

// The levels between which intensity is shown, photons; 0 < black ≤ white, or both 0 for an image
// without photons. "Black" is the level that photographs call so: here it is shown light.
struct PreviewLevels {
  double black = 0.0;
  double white = 0.0;
};

// Chosen from the positive, unmasked pixels so that neither one hot pixel nor the faint tails of
// the lattice transform decide. White lies above this fraction of them, but at least at 30 times
// their 10th percentile where any pixel reaches that; black is the 10th, but at least a thousandth
// of white.
PreviewLevels preview_levels(ImageView<const float> image,
                             const std::optional<ImageView<const std::uint16_t>>& mask,
                             double white_fraction = 0.999);

// index = 1 + 254·log(v/black)/log(white/black), cut at 255; 0 for v ≤ black and for masked pixels
// (mask 0). Brighter is never shown lighter.
Preview make_preview(ImageView<const float> image,
                     const std::optional<ImageView<const std::uint16_t>>& mask,
                     const PreviewLevels& levels);
// The same between the image's own levels.
Preview make_preview(ImageView<const float> image,
                     const std::optional<ImageView<const std::uint16_t>>& mask);

// Linear between limits: index = 1 + 254·(v − low)/(high − low), cut at both ends; 0 for masked
// pixels. For images whose background decides the limits (limits.hpp).
Preview make_linear_preview(ImageView<const float> image,
                            const std::optional<ImageView<const std::uint16_t>>& mask,
                            const Limits& limits);

// As suits the image: linear where it has a background, else between its own levels.
Preview make_fitting_preview(ImageView<const float> image,
                             const std::optional<ImageView<const std::uint16_t>>& mask);

// Off-white to dark grey as ADXV and the DIALS image viewer draw intensity, in equal steps of CIE
// lightness; the last tenth turns deep red, so that the hottest pixels stand out, and gets darker
// all the same.
Palette diffraction_palette();

}  // namespace nanobragg::report
