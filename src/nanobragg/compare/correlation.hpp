// Pearson's correlation coefficient of two series of numbers.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "nanobragg/compare/compensated_sum.hpp"

namespace nanobragg::compare {

// r = Σ(x − x̄)(y − ȳ)/√(Σ(x − x̄)²·Σ(y − ȳ)²). The second of two passes: the means are known, which
// keeps small deviations of large numbers.
class Correlation {
 public:
  Correlation(double mean_x, double mean_y) : mean_x_(mean_x), mean_y_(mean_y) {}

  void add(double x, double y) {
    const double dx = x - mean_x_;
    const double dy = y - mean_y_;
    xx_.add(dx * dx);
    yy_.add(dy * dy);
    xy_.add(dx * dy);
    x_.include(x);
    y_.include(y);
  }

  // Unset where a series is constant or empty: r is 0/0 then.
  std::optional<double> value() const {
    // Not by xx_ > 0: the mean of equal numbers may be off by a rounding.
    if (!x_.varies() || !y_.varies()) return std::nullopt;
    // The square root of the product, so that r of a series with itself is exactly 1.
    return std::clamp(xy_.value() / std::sqrt(xx_.value() * yy_.value()), -1.0, 1.0);
  }

 private:
  struct Range {
    double least = std::numeric_limits<double>::infinity();
    double largest = -std::numeric_limits<double>::infinity();
    void include(double value) {
      least = std::min(least, value);
      largest = std::max(largest, value);
    }
    bool varies() const { return least < largest; }
  };

  double mean_x_;
  double mean_y_;
  CompensatedSum xx_, yy_, xy_;
  Range x_, y_;
};

}  // namespace nanobragg::compare
