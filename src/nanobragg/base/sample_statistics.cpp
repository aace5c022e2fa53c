// One pass for the mean, one for what deviates from it.
#include "nanobragg/base/sample_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace nanobragg {
namespace {

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

double median(std::vector<double> values) {
  if (values.empty()) return 0.0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

double correlation(std::span<const double> x, std::span<const double> y) {
  const double of_x = mean(x), of_y = mean(y);
  double xx = 0.0, yy = 0.0, xy = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double dx = x[i] - of_x, dy = y[i] - of_y;
    xx += dx * dx, yy += dy * dy, xy += dx * dy;
  }
  const bool varies = x.size() >= 2 && xx > 0.0 && yy > 0.0;
  return varies ? xy / std::sqrt(xx * yy) : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace nanobragg
