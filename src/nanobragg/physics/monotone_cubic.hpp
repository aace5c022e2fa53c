// A smooth curve through measured points that goes nowhere beyond them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "nanobragg/physics/amorphous.hpp"

namespace nanobragg::physics {

// Between two points a cubic with the slopes of Fritsch & Butland (1984), SIAM J. Sci. Stat.
// Comput. 5, 300: it is monotone wherever the points are, and has a continuous slope. Outside of
// the points the value of the nearest, with slope 0.
class MonotoneCubic {
 public:
  // x rises; at least two points.
  MonotoneCubic(std::vector<double> x, std::vector<double> y)
      : x_(std::move(x)), y_(std::move(y)), slopes_(x_.size()) {
    const std::size_t last = x_.size() - 1;
    for (std::size_t i = 1; i < last; ++i) slopes_[i] = slope_at(i);
    slopes_[0] = chord(0);
    slopes_[last] = chord(last - 1);
  }

  ValueAndSlope at(double x) const {
    if (!(x > x_.front())) return {y_.front(), 0.0};
    if (x >= x_.back()) return {y_.back(), 0.0};
    const auto next = static_cast<std::size_t>(std::ranges::upper_bound(x_, x) - x_.begin());
    const std::size_t i = next - 1;
    const double width = x_[next] - x_[i];
    const double t = (x - x_[i]) / width;
    // Hermite's form, as y + width·t·(m₀ + t·(c + t·d)).
    const double c = 3.0 * chord(i) - 2.0 * slopes_[i] - slopes_[next];
    const double d = slopes_[i] + slopes_[next] - 2.0 * chord(i);
    return {y_[i] + width * t * (slopes_[i] + t * (c + t * d)),
            slopes_[i] + t * (2.0 * c + 3.0 * t * d)};
  }

 private:
  double chord(std::size_t i) const { return (y_[i + 1] - y_[i]) / (x_[i + 1] - x_[i]); }
  // Weighted harmonic mean of the chords on either side; 0 at an extremum.
  double slope_at(std::size_t i) const {
    const double before = chord(i - 1), behind = chord(i);
    if (!(before * behind > 0.0)) return 0.0;
    const double w_before = 2.0 * (x_[i + 1] - x_[i]) + (x_[i] - x_[i - 1]);
    const double w_behind = (x_[i + 1] - x_[i]) + 2.0 * (x_[i] - x_[i - 1]);
    return (w_before + w_behind) / (w_before / before + w_behind / behind);
  }

  std::vector<double> x_, y_, slopes_;
};

}  // namespace nanobragg::physics
