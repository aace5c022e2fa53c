// Chooses levels, scales the logarithm of intensity and mixes the colours of the preview.
#include "nanobragg/report/preview.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "nanobragg/base/contracts.hpp"

namespace nanobragg::report {
namespace {

using Mask = std::optional<ImageView<const std::uint16_t>>;

bool is_masked(const Mask& mask, std::size_t pixel) { return mask && mask->pixels()[pixel] == 0; }

// Ranks the positive, unmasked pixels without a copy of them: it counts the upper halves of their
// bits, which order positive numbers, and then the lower halves that stand beside one of those.
class Ranking {
 public:
  Ranking(ImageView<const float> image, const Mask& mask) : image_(image), mask_(mask) {
    for_each([&](std::uint32_t bits) { ++upper_[bits >> 16]; });
    count_ = std::accumulate(upper_.begin(), upper_.end(), std::size_t{0});
  }

  bool empty() const { return count_ == 0; }

  // The value that a fraction of the pixels lies below.
  double percentile(double fraction) const {
    const auto rank =
        static_cast<std::size_t>(std::llround(fraction * static_cast<double>(count_ - 1)));
    const auto [half, rank_in_half] = place(upper_, rank);
    Counts lower(kHalves);
    for_each([&, half = half](std::uint32_t bits) {
      if (bits >> 16 == half) ++lower[bits & 0xFFFF];
    });
    return static_cast<double>(std::bit_cast<float>(half << 16 | place(lower, rank_in_half).first));
  }

 private:
  using Counts = std::vector<std::size_t>;
  static constexpr std::size_t kHalves = 1 << 16;

  template <class F>
  void for_each(const F& f) const {
    const auto pixels = image_.pixels();
    for (std::size_t i = 0; i < pixels.size(); ++i) {
      if (pixels[i] > 0.0F && !is_masked(mask_, i)) f(std::bit_cast<std::uint32_t>(pixels[i]));
    }
  }

  // Where the counts pass a rank, and the rank from there.
  static std::pair<std::uint32_t, std::size_t> place(const Counts& counts, std::size_t rank) {
    std::uint32_t half = 0;
    for (; rank >= counts[half]; ++half) rank -= counts[half];
    return {half, rank};
  }

  ImageView<const float> image_;
  const Mask& mask_;
  Counts upper_ = Counts(kHalves);
  std::size_t count_ = 0;
};

// IEC 61966-2-1, equation of the transfer function: linear light in [0, 1] to 8 bits.
std::uint8_t to_srgb(double linear) {
  const double encoded =
      linear <= 0.0031308 ? 12.92 * linear : 1.055 * std::pow(linear, 1.0 / 2.4) - 0.055;
  return static_cast<std::uint8_t>(std::lround(255.0 * encoded));
}

}  // namespace

PreviewLevels preview_levels(ImageView<const float> image, const Mask& mask,
                             double white_fraction) {
  const Ranking ranking(image, mask);
  if (ranking.empty()) return {};
  // Three decades are what a screen shows apart; a detector's spots seldom span more.
  constexpr double kLargestRatio = 1000.0;
  // With so few spots that the percentile lies in the background, its ripple must not fill the
  // scale.
  constexpr double kSmallestRatio = 30.0;
  const double faint = ranking.percentile(0.10);
  const double brightest = ranking.percentile(1.0);
  const double white =
      std::max(ranking.percentile(white_fraction), std::min(brightest, kSmallestRatio * faint));
  return {std::max(faint, white / kLargestRatio), white};
}

Preview make_preview(ImageView<const float> image, const Mask& mask) {
  return make_preview(image, mask, preview_levels(image, mask));
}

Preview make_preview(ImageView<const float> image, const Mask& mask, const PreviewLevels& levels) {
  NANOBRAGG_EXPECTS(!mask || mask->shape() == image.shape());
  const auto [black, white] = levels;
  Preview preview{Image<std::uint8_t>(image.shape()), diffraction_palette()};
  // An image of one value has nothing to show but what exceeds it.
  const double decades = white > black ? std::log10(white / black) : 0.0;
  const auto pixels = image.pixels();
  const auto index = preview.index.pixels();
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    const auto value = static_cast<double>(pixels[i]);
    if (!(value > black) || is_masked(mask, i)) continue;
    const double height = value < white ? std::log10(value / black) / decades : 1.0;
    index[i] = static_cast<std::uint8_t>(1.0 + 254.0 * std::clamp(height, 0.0, 1.0));
  }
  return preview;
}

Preview make_linear_preview(ImageView<const float> image, const Mask& mask, const Limits& limits) {
  NANOBRAGG_EXPECTS(!mask || mask->shape() == image.shape());
  Preview preview{Image<std::uint8_t>(image.shape()), diffraction_palette()};
  const auto pixels = image.pixels();
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    if (is_masked(mask, i)) continue;
    const double height =
        (static_cast<double>(pixels[i]) - limits.low) / (limits.high - limits.low);
    preview.index.pixels()[i] =
        static_cast<std::uint8_t>(1.0 + 254.0 * std::clamp(height, 0.0, 1.0));
  }
  return preview;
}

Preview make_fitting_preview(ImageView<const float> image, const Mask& mask) {
  // So many pixels say as much as all of them.
  constexpr std::size_t kEnough = 400'000;
  std::vector<float> values;
  const std::size_t step = std::max<std::size_t>(image.shape().size() / kEnough, 1);
  for (std::size_t i = 0; i < image.shape().size(); i += step) {
    if (!is_masked(mask, i)) values.push_back(image.pixels()[i]);
  }
  const Limits limits = limits_from_noise(std::move(values));
  return limits.has_background ? make_linear_preview(image, mask, limits)
                               : make_preview(image, mask);
}

Palette diffraction_palette() {
  constexpr double kLightest = 97.0;  // CIE L*
  constexpr double kDarkest = 14.0;
  constexpr double kRedFrom = 0.88;  // where the hue begins and is complete, fractions of the scale
  constexpr double kRedAt = 0.92;
  constexpr double kRedLuminance = 0.2126;  // of the sRGB primary, IEC 61966-2-1

  Palette palette{};
  for (std::size_t i = 0; i < palette.size(); ++i) {
    const double height = static_cast<double>(i) / static_cast<double>(palette.size() - 1);
    const double lightness = kLightest + (kDarkest - kLightest) * height;
    // CIE 1976: L* = 116·Y^(1/3) − 16, for Y above 0.0089.
    const double luminance = std::pow((lightness + 16.0) / 116.0, 3.0);
    // Grey and red of the same luminance are mixed in linear light, which keeps it.
    const double red = std::clamp((height - kRedFrom) / (kRedAt - kRedFrom), 0.0, 1.0);
    const std::uint8_t others = to_srgb((1.0 - red) * luminance);
    palette[i] = {to_srgb((1.0 - red) * luminance + red * luminance / kRedLuminance), others,
                  others};
  }
  return palette;
}

}  // namespace nanobragg::report
