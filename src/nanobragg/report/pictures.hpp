// What of two images is shown: both on one scale, and where they differ.
#pragma once

#include "nanobragg/compare/image_pair.hpp"
#include "nanobragg/report/preview.hpp"

namespace nanobragg::report {

// Levels that suit both images: from the lower black to the higher white. White is this percentile
// (0 … 100) of an image's positive pixels; see preview_levels.
PreviewLevels common_levels(const compare::ImagePair& pair, double percentile);

// candidate − reference of the region's pixels.
Image<float> difference(const compare::ImagePair& pair);

// The percentile (0 … 100) of |Δ| over the pixels that differ; 0 where none do.
double difference_scale(ImageView<const float> delta, double percentile);

// Blue where the candidate is lower, white where both agree, red where it is higher. −scale is the
// first colour, +scale the last, in equal steps; beyond them the colour stays. At least the palest
// tint is given to a pixel that differs by 1/254 of the scale.
Preview difference_map(ImageView<const float> delta, double scale);

// Index 0 blue, 127 and 128 white, 255 red: both ends have the same CIE lightness, so that neither
// sign looks stronger.
Palette difference_palette();

// The image in blocks so that no axis is longer than `limit` pixels; a block shows its pixel of
// the largest magnitude, so that no spot is lost. Smaller images stay as they are.
Image<float> fit_for_screen(ImageView<const float> image, std::size_t limit);

}  // namespace nanobragg::report
