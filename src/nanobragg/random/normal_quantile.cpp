// Inverts the normal distribution.
#include "nanobragg/random/normal_quantile.hpp"

#include <cmath>
#include <numbers>

namespace nanobragg {

double normal_quantile(double p) {
  // Doubles below 1 reach no farther than 8.3, those above 0 than 38.5.
  double low = -39.0;
  double high = 9.0;
  while (true) {
    const double middle = 0.5 * (low + high);
    if (middle <= low || middle >= high) return middle;
    (0.5 * std::erfc(-middle / std::numbers::sqrt2) < p ? low : high) = middle;
  }
}

}  // namespace nanobragg
