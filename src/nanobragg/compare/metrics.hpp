// Numbers that say how far two images agree.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "nanobragg/compare/image_pair.hpp"

namespace nanobragg::compare {

// Pixels whose two values are `from` to `to` representable floats apart; the last bucket is open.
struct UlpBucket {
  std::int64_t from = 0;
  std::optional<std::int64_t> to;
  std::size_t pixels = 0;
};

// 0, 1, 2, 3–10, 11–100, … 100001–1000000, more.
using UlpHistogram = std::array<UlpBucket, 10>;

// Sums run in one thread, row by row, compensated: the same images give the same bits.
struct Metrics {
  std::size_t pixels = 0;
  // Pearson's r. Equal images have 1, constant ones too. Unset where it is not defined: one of two
  // different images is constant.
  std::optional<double> correlation;
  double mse = 0.0;           // mean of Δ², photons²; Δ = candidate − reference
  double max_abs_diff = 0.0;  // photons
  std::optional<PixelIndex> max_abs_diff_at;  // the first such pixel; unset where there is no Δ
  double max_reference = 0.0;                 // brightest pixel, photons
  double sum_reference = 0.0;                 // photons
  double sum_candidate = 0.0;
  std::optional<double> sum_ratio;  // candidate/reference; unset where the reference sums to 0
  double ssim = 1.0;                // see ssim.hpp
  UlpHistogram ulp_histogram;

  double rmse() const { return std::sqrt(mse); }
};

Metrics measure(const ImagePair& pair);

// How many representable floats lie between x and y, both finite; −0 and 0 are the same.
std::int64_t ulp_distance(float x, float y);

}  // namespace nanobragg::compare
