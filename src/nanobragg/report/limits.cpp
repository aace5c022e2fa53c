// Looks at the distribution of the background.
#include "nanobragg/report/limits.hpp"

#include <algorithm>
#include <cmath>

namespace nanobragg::report {

Limits limits_from_noise(std::vector<float> values) {
  constexpr double kFaintest = 2.0;    // standard deviations below the median
  constexpr double kWeakSpot = 15.0;   // deviations of the noise above it
  constexpr double kAbove = 4.0;       // and above the brightest of the background
  constexpr double kDecades = 1000.0;  // what is shown of an image without background
  constexpr double kWidest = 5.0;      // a background is not wider, relative to its median
  constexpr double kNarrowest = 0.05;
  std::erase_if(values, [](float value) { return !std::isfinite(value); });
  Limits limits;
  if (values.empty()) return limits;
  std::ranges::sort(values);
  const auto quantile = [&](double part) {
    const auto last = static_cast<double>(values.size() - 1);
    return static_cast<double>(values[static_cast<std::size_t>(std::lround(part * last))]);
  };
  limits.median = quantile(0.5);
  limits.bright = quantile(0.995);
  limits.has_background = limits.median > 0.0 && quantile(0.84) < kWidest * limits.median;
  if (limits.has_background) {
    const double sigma = std::max(limits.median - quantile(0.16), quantile(0.84) - limits.median);
    const double spread = std::max(sigma, kNarrowest * limits.median);
    const double noise = std::min(spread, std::sqrt(limits.median));
    limits.low = std::max(limits.median - kFaintest * spread, std::min(quantile(0.01), 0.0));
    limits.high = std::max(limits.median + kWeakSpot * noise, quantile(0.98) + kAbove * noise);
    return limits;
  }
  const double white = quantile(0.999);
  const double most = static_cast<double>(values.back());
  limits.low = white > 0.0 ? white / kDecades : static_cast<double>(values.front());
  limits.high = white > 0.0 ? white : most;
  if (!(limits.low < limits.high)) limits.high = limits.low + 1.0;
  return limits;
}

}  // namespace nanobragg::report
