// Pearson's χ² test: how probable it is that counts of events come from an expected distribution.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <vector>

namespace nanobragg::testing_support {

// Tests have fixed seeds, so a correct generator fails none of them by chance; a p-value below this
// is not chance.
inline constexpr double kSmallestProbability = 1e-4;

// Q(a, x) = Γ(a, x)/Γ(a): Abramowitz & Stegun 6.5.29 (series) below x = a + 1, 6.5.31 (continued
// fraction, by Lentz's method) above.
inline double upper_incomplete_gamma_ratio(double a, double x) {
  const double factor = std::exp(a * std::log(x) - x - std::lgamma(a));
  constexpr int kTerms = 100000;
  if (x < a + 1.0) {
    double term = 1.0 / a;
    double sum = term;
    for (int n = 1; n < kTerms && term > 1e-15 * sum; ++n) sum += term *= x / (a + n);
    return 1.0 - factor * sum;
  }
  double b = x + 1.0 - a;
  double c = 1e300;
  double d = 1.0 / b;
  double fraction = d;
  for (int n = 1; n < kTerms; ++n) {
    const double numerator = -n * (n - a);
    b += 2.0;
    d = 1.0 / (numerator * d + b);
    c = b + numerator / c;
    fraction *= c * d;
    if (std::abs(c * d - 1.0) < 1e-15) break;
  }
  return factor * fraction;
}

// The probability of a deviation at least as large as that of `observed` from `expected`, counts
// of the same total. Neighbouring bins are joined until at least five events are expected in each.
inline double chi_squared_probability(std::span<const double> observed,
                                      std::span<const double> expected) {
  constexpr double kFewestExpected = 5.0;
  struct Bin {
    double observed = 0.0, expected = 0.0;
  };
  std::vector<Bin> bins;
  Bin open;
  for (std::size_t i = 0; i < observed.size(); ++i) {
    open.observed += observed[i];
    open.expected += expected[i];
    if (open.expected < kFewestExpected) continue;
    bins.push_back(open);
    open = {};
  }
  if (bins.size() < 2) throw std::invalid_argument("fewer than two bins with enough events");
  bins.back().observed += open.observed;
  bins.back().expected += open.expected;

  double chi_squared = 0.0;
  for (const Bin& bin : bins) {
    const double deviation = bin.observed - bin.expected;
    chi_squared += deviation * deviation / bin.expected;
  }
  const double degrees_of_freedom = static_cast<double>(bins.size() - 1);
  return upper_incomplete_gamma_ratio(degrees_of_freedom / 2.0, chi_squared / 2.0);
}

// The same for numbers that should be uniform on [0, 1), in bins of equal width.
inline double uniformity_probability(std::span<const double> numbers, std::size_t bins) {
  std::vector<double> observed(bins);
  for (const double x : numbers) {
    if (!(x >= 0.0 && x <= 1.0)) throw std::invalid_argument("a number outside [0, 1]");
    const auto bin = static_cast<std::size_t>(x * static_cast<double>(bins));
    observed[bin < bins ? bin : bins - 1] += 1.0;
  }
  const std::vector<double> expected(
      bins, static_cast<double>(numbers.size()) / static_cast<double>(bins));
  return chi_squared_probability(observed, expected);
}

}  // namespace nanobragg::testing_support
