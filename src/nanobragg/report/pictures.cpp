// Levels and colours of the pictures of a comparison.
#include "nanobragg/report/pictures.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "nanobragg/base/contracts.hpp"
#include "nanobragg/model/region.hpp"

namespace nanobragg::report {
namespace {

std::uint8_t mix(int from, int to, double fraction) {
  return static_cast<std::uint8_t>(std::lround(std::lerp(from, to, fraction)));
}

}  // namespace

PreviewLevels common_levels(const compare::ImagePair& pair, double percentile) {
  const auto levels_of = [&](ImageView<const float> image) {
    const Image<float> part = compare::crop(image, pair.region());
    return preview_levels(part.view(), {}, percentile / 100.0);
  };
  const PreviewLevels reference = levels_of(pair.reference());
  const PreviewLevels candidate = levels_of(pair.candidate());
  // An image without photons has no levels and takes the other's.
  if (reference.white == 0.0) return candidate;
  if (candidate.white == 0.0) return reference;
  return {std::min(reference.black, candidate.black), std::max(reference.white, candidate.white)};
}

Image<float> difference(const compare::ImagePair& pair) {
  Image<float> delta = compare::crop(pair.candidate(), pair.region());
  const Image<float> reference = compare::crop(pair.reference(), pair.region());
  for (std::size_t i = 0; i < delta.pixels().size(); ++i) {
    // Twice the largest float would be infinite.
    constexpr float kLargest = std::numeric_limits<float>::max();
    delta.pixels()[i] = std::clamp(delta.pixels()[i] - reference.pixels()[i], -kLargest, kLargest);
  }
  return delta;
}

double difference_scale(ImageView<const float> delta, double percentile) {
  std::vector<float> magnitudes;
  for (const float value : delta.pixels()) {
    if (value != 0.0F) magnitudes.push_back(std::abs(value));
  }
  if (magnitudes.empty()) return 0.0;
  const auto rank = static_cast<std::ptrdiff_t>(
      std::llround(percentile / 100.0 * static_cast<double>(magnitudes.size() - 1)));
  std::nth_element(magnitudes.begin(), magnitudes.begin() + rank, magnitudes.end());
  return static_cast<double>(magnitudes[static_cast<std::size_t>(rank)]);
}

Preview difference_map(ImageView<const float> delta, double scale) {
  Preview map{Image<std::uint8_t>(delta.shape()), difference_palette()};
  for (std::size_t i = 0; i < delta.pixels().size(); ++i) {
    const auto value = static_cast<double>(delta.pixels()[i]);
    // 127 steps either way from the two whites in the middle.
    const double steps =
        scale > 0.0 ? std::clamp(std::round(127.0 * value / scale), -127.0, 127.0) : 0.0;
    map.index.pixels()[i] = static_cast<std::uint8_t>(steps < 0.0 ? 127.0 + steps : 128.0 + steps);
  }
  return map;
}

Palette difference_palette() {
  // CIE lightness 40 each.
  constexpr std::array<int, 3> kBlue{5, 97, 164};
  constexpr std::array<int, 3> kRed{190, 37, 50};
  constexpr int kWhite = 255;
  Palette palette{};
  for (std::size_t i = 0; i < palette.size(); ++i) {
    const bool lower = i < 128;
    const double height = static_cast<double>(lower ? 127 - i : i - 128) / 127.0;
    for (std::size_t channel = 0; channel < 3; ++channel) {
      palette[i][channel] = mix(kWhite, lower ? kBlue[channel] : kRed[channel], height);
    }
  }
  return palette;
}

Image<float> fit_for_screen(ImageView<const float> image, std::size_t limit) {
  NANOBRAGG_EXPECTS(limit > 0 && image.shape().size() > 0);
  const ImageShape shape = image.shape();
  const std::size_t block = (std::max(shape.slow, shape.fast) + limit - 1) / limit;
  Image<float> result({(shape.slow + block - 1) / block, (shape.fast + block - 1) / block});
  for_each_pixel({{0, 0}, {shape.slow - 1, shape.fast - 1}}, shape, [&](PixelIndex p) {
    float& shown = result[{p.slow / block, p.fast / block}];
    if (std::abs(image[p]) > std::abs(shown)) shown = image[p];
  });
  return result;
}

}  // namespace nanobragg::report
