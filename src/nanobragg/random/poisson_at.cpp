// Draws counts from uniform deviates that belong to one number.
#include "nanobragg/random/poisson_at.hpp"

#include <fmt/format.h>

#include <cmath>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/random/deviates.hpp"

namespace nanobragg {
namespace {

constexpr double kInversionBelow = 10.0;

// ln n!: the product itself for small n, Stirling's series above (Abramowitz & Stegun 6.1.41; the
// first term left out is 1/(1680 n⁷)).
double log_factorial(double n) {
  constexpr double kSmall = 16.0;
  if (n < kSmall) {
    double product = 1.0;
    for (double k = 2.0; k <= n; k += 1.0) product *= k;
    return std::log(product);
  }
  const double inverse = 1.0 / n;
  const double square = inverse * inverse;
  return n * std::log(n) - n + 0.5 * std::log(2.0 * constants::kPi * n) +
         inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square / 1260.0));
}

double by_inversion(double mean, NumberedDeviates deviates) {
  // Beyond this no probability is left in double precision.
  constexpr double kMost = 200.0;
  double rest = deviates.next();
  double probability = std::exp(-mean);
  double count = 0.0;
  while (rest > probability && count < kMost) {
    rest -= probability;
    count += 1.0;
    probability *= mean / count;
  }
  return count;
}

// The constants are those of the paper.
double by_rejection(double mean, NumberedDeviates deviates) {
  const double log_mean = std::log(mean);
  const double b = 0.931 + 2.53 * std::sqrt(mean);
  const double a = -0.059 + 0.02483 * b;
  const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
  const double inner = 0.9277 - 3.6224 / (b - 2.0);
  while (true) {
    const double u = deviates.next() - 0.5;
    const double v = deviates.next();
    const double distance = 0.5 - std::abs(u);
    const double count = std::floor((2.0 * a / distance + b) * u + mean + 0.43);
    if (distance >= 0.07 && v <= inner) return count;
    if (count < 0.0 || (distance < 0.013 && v > distance)) continue;
    const double hat = std::log(v * inverse_alpha / (a / (distance * distance) + b));
    if (hat <= count * log_mean - mean - log_factorial(count)) return count;
  }
}

}  // namespace

double poisson_at(double mean, std::uint64_t seed, std::uint64_t counter) {
  // No comparison below would hold for a mean that is not a number.
  if (!(mean >= 0.0) || !std::isfinite(mean)) {
    throw Error(fmt::format("no Poisson deviate of the mean {}", mean));
  }
  if (mean == 0.0) return 0.0;
  const NumberedDeviates deviates(seed, counter);
  return mean < kInversionBelow ? by_inversion(mean, deviates) : by_rejection(mean, deviates);
}

}  // namespace nanobragg
