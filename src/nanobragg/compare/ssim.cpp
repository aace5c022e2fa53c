// Windows by separable Gaussian sums, one row of the result at a time.
#include "nanobragg/compare/ssim.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "nanobragg/base/parallel_for.hpp"
#include "nanobragg/compare/compensated_sum.hpp"
#include "nanobragg/model/region.hpp"

namespace nanobragg::compare {
namespace {

constexpr std::size_t kRadius = 5;
constexpr double kSigma = 1.5;
constexpr double kC1 = 0.01 * 0.01;
constexpr double kC2 = 0.03 * 0.03;
constexpr double kWhitePercentile = 0.999;

using Weights = std::array<double, 2 * kRadius + 1>;

Weights gaussian() {
  Weights weights{};
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double x = static_cast<double>(i) - static_cast<double>(kRadius);
    weights[i] = std::exp(-x * x / (2.0 * kSigma * kSigma));
  }
  return weights;
}

// Sums of a window's weighted pixels: x, y, x², y², xy and the weights themselves.
struct Moments {
  double x = 0.0, y = 0.0, xx = 0.0, yy = 0.0, xy = 0.0, weight = 0.0;

  void add(double w, const Moments& m) {
    x += w * m.x;
    y += w * m.y;
    xx += w * m.xx;
    yy += w * m.yy;
    xy += w * m.xy;
    weight += w * m.weight;
  }
};

double similarity(const Moments& sums) {
  const double mean_x = sums.x / sums.weight;
  const double mean_y = sums.y / sums.weight;
  const double var_x = sums.xx / sums.weight - mean_x * mean_x;
  const double var_y = sums.yy / sums.weight - mean_y * mean_y;
  const double covariance = sums.xy / sums.weight - mean_x * mean_y;
  return (2.0 * mean_x * mean_y + kC1) * (2.0 * covariance + kC2) /
         ((mean_x * mean_x + mean_y * mean_y + kC1) * (var_x + var_y + kC2));
}

double white_level(const ImagePair& pair) {
  std::vector<float> positive;
  for_each_pixel(pair.region(), pair.shape(), [&](PixelIndex p) {
    if (pair.reference()[p] > 0.0F) positive.push_back(pair.reference()[p]);
    if (pair.candidate()[p] > 0.0F) positive.push_back(pair.candidate()[p]);
  });
  if (positive.empty()) return 1.0;
  const auto rank = static_cast<std::ptrdiff_t>(
      std::llround(kWhitePercentile * static_cast<double>(positive.size() - 1)));
  std::nth_element(positive.begin(), positive.begin() + rank, positive.end());
  return static_cast<double>(positive[static_cast<std::size_t>(rank)]);
}

// The pixels of the region as they enter the formula, each with weight 1.
class ScaledPair {
 public:
  explicit ScaledPair(const ImagePair& pair) : pair_(pair), white_(white_level(pair)) {}
  ImageShape shape() const { return shape_of(pair_.region()); }
  Moments at(PixelIndex p) const {
    const PixelIndex in_image{p.slow + pair_.region().first.slow,
                              p.fast + pair_.region().first.fast};
    const double x = scaled(pair_.reference()[in_image]);
    const double y = scaled(pair_.candidate()[in_image]);
    return {x, y, x * x, y * y, x * y, 1.0};
  }

 private:
  double scaled(float value) const {
    return std::sqrt(std::clamp(static_cast<double>(value) / white_, 0.0, 1.0));
  }
  const ImagePair& pair_;
  double white_;
};

// First and one past the last index of a window around `centre`, cut at the ends.
struct Span {
  std::size_t begin, end;
};
Span window(std::size_t centre, std::size_t size) {
  return {centre > kRadius ? centre - kRadius : 0, std::min(size, centre + kRadius + 1)};
}

// Sum of the similarities of the windows centred on one row.
double row_sum(const ScaledPair& pair, std::size_t row, const Weights& weights) {
  const ImageShape shape = pair.shape();
  std::vector<Moments> columns(shape.fast);
  const Span rows = window(row, shape.slow);
  for (std::size_t slow = rows.begin; slow < rows.end; ++slow) {
    const double weight = weights[slow + kRadius - row];
    for (std::size_t fast = 0; fast < shape.fast; ++fast) {
      columns[fast].add(weight, pair.at({slow, fast}));
    }
  }
  CompensatedSum total;
  for (std::size_t fast = 0; fast < shape.fast; ++fast) {
    Moments sums;
    const Span span = window(fast, shape.fast);
    for (std::size_t i = span.begin; i < span.end; ++i) {
      sums.add(weights[i + kRadius - fast], columns[i]);
    }
    total.add(similarity(sums));
  }
  return total.value();
}

}  // namespace

double structural_similarity(const ImagePair& pair) {
  const ScaledPair scaled(pair);
  const Weights weights = gaussian();
  std::vector<double> rows(scaled.shape().slow);
  parallel_for(rows.size(), default_thread_count(),
               [&](std::size_t row) { rows[row] = row_sum(scaled, row, weights); });
  CompensatedSum total;
  for (const double row : rows) total.add(row);
  return total.value() / static_cast<double>(scaled.shape().size());
}

}  // namespace nanobragg::compare
