// Goes over the pixels twice: for the sums, then around the means.
#include "nanobragg/compare/metrics.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include "nanobragg/compare/compensated_sum.hpp"
#include "nanobragg/compare/correlation.hpp"
#include "nanobragg/compare/ssim.hpp"

namespace nanobragg::compare {
namespace {

UlpHistogram empty_histogram() {
  UlpHistogram histogram{};
  histogram[1] = {1, 1, 0};
  histogram[2] = {2, 2, 0};
  std::int64_t from = 3;
  std::int64_t to = 10;
  for (std::size_t i = 3; i < histogram.size(); ++i) {
    histogram[i] = {from, to, 0};
    from = to + 1;
    to *= 10;
  }
  histogram[0] = {0, 0, 0};
  histogram.back().to = std::nullopt;
  return histogram;
}

UlpBucket& bucket_of(UlpHistogram& histogram, std::int64_t distance) {
  const auto holds = [&](const UlpBucket& bucket) { return !bucket.to || distance <= *bucket.to; };
  return *std::find_if(histogram.begin(), histogram.end(), holds);
}

// Numbers the floats in their order; both zeros are 0.
std::int64_t place_among_floats(float value) {
  const auto bits = std::bit_cast<std::int32_t>(value);
  return bits >= 0 ? bits : -static_cast<std::int64_t>(bits & 0x7fffffff);
}

std::optional<double> correlation_of(const ImagePair& pair, double mean_reference,
                                     double mean_candidate) {
  Correlation correlation(mean_reference, mean_candidate);
  for_each_counted_pixel(pair, [&](PixelIndex p) {
    correlation.add(static_cast<double>(pair.reference()[p]),
                    static_cast<double>(pair.candidate()[p]));
  });
  return correlation.value();
}

}  // namespace

Metrics measure(const ImagePair& pair) {
  Metrics metrics;
  metrics.ulp_histogram = empty_histogram();
  metrics.max_reference = -std::numeric_limits<double>::infinity();

  CompensatedSum reference;
  CompensatedSum candidate;
  CompensatedSum squares;
  for_each_counted_pixel(pair, [&](PixelIndex p) {
    const auto x = static_cast<double>(pair.reference()[p]);
    const auto y = static_cast<double>(pair.candidate()[p]);
    ++metrics.pixels;
    reference.add(x);
    candidate.add(y);
    squares.add((y - x) * (y - x));
    metrics.max_reference = std::max(metrics.max_reference, x);
    if (std::abs(y - x) > metrics.max_abs_diff) {
      metrics.max_abs_diff = std::abs(y - x);
      metrics.max_abs_diff_at = p;
    }
    const std::int64_t distance = ulp_distance(pair.reference()[p], pair.candidate()[p]);
    ++bucket_of(metrics.ulp_histogram, distance).pixels;
  });

  const auto n = static_cast<double>(metrics.pixels);
  metrics.mse = squares.value() / n;
  metrics.sum_reference = reference.value();
  metrics.sum_candidate = candidate.value();
  if (metrics.sum_reference != 0.0) {
    metrics.sum_ratio = metrics.sum_candidate / metrics.sum_reference;
  }
  metrics.correlation =
      metrics.max_abs_diff == 0.0
          ? 1.0
          : correlation_of(pair, metrics.sum_reference / n, metrics.sum_candidate / n);
  metrics.ssim = structural_similarity(pair);
  return metrics;
}

std::int64_t ulp_distance(float x, float y) {
  return std::abs(place_among_floats(x) - place_among_floats(y));
}

}  // namespace nanobragg::compare
