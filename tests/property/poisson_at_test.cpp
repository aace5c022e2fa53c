// Numbered Poisson deviates follow Poisson's distribution, and do not depend on each other.
#include "nanobragg/random/poisson_at.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "property/chi_squared.hpp"

namespace nanobragg {
namespace {

using testing_support::chi_squared_probability;
using testing_support::kSmallestProbability;

constexpr std::size_t kSamples = 200000;

// χ² of the deviates numbered from 0 of a stream against the distribution of `expected_mean`.
double goodness_of_fit(double mean, std::uint64_t seed, double expected_mean) {
  const double sigma = std::sqrt(mean);
  const double first = std::max(0.0, std::floor(mean - 8.0 * sigma));
  const double last = std::ceil(mean + 8.0 * sigma + 15.0);
  // Bins of a twentieth of the width, which single counts are where that is less.
  const double width = std::max(1.0, std::floor(sigma / 20.0));
  const auto bin = [&](double count) {
    return static_cast<std::size_t>((std::clamp(count, first, last) - first) / width);
  };
  std::vector<double> observed(bin(last) + 1);
  std::vector<double> expected(observed.size());
  for (std::size_t i = 0; i < kSamples; ++i) observed[bin(poisson_at(mean, seed, i))] += 1.0;
  for (double count = first; count <= last; count += 1.0) {
    expected[bin(count)] += kSamples * std::exp(count * std::log(expected_mean) - expected_mean -
                                                std::lgamma(count + 1));
  }
  return chi_squared_probability(observed, expected);
}

TEST(PoissonAtProperty, DeviatesPassChiSquared) {
  for (const double mean : {0.01, 0.5, 3.0, 9.99, 10.0, 10.5, 25.0, 200.0, 1e4, 1e6, 1e8}) {
    for (const std::uint64_t seed : {1U, 2U}) {
      EXPECT_GT(goodness_of_fit(mean, seed, mean), kSmallestProbability) << mean << ' ' << seed;
    }
  }
}

TEST(PoissonAtProperty, TheTestTellsAMeanOffByAFewStandardErrors) {
  for (const double mean : {0.5, 10.5, 1e4}) {
    const double off = 8.0 * std::sqrt(mean / kSamples);
    EXPECT_LT(goodness_of_fit(mean, 1, mean + off), kSmallestProbability) << mean;
  }
}

TEST(PoissonAtProperty, NeighboursAreIndependent) {
  // The correlation of n independent pairs has the standard error 1/√n.
  for (const double mean : {1.0, 100.0}) {
    double sum = 0.0;
    for (std::size_t i = 0; i < kSamples; ++i) {
      sum += (poisson_at(mean, 7, i) - mean) * (poisson_at(mean, 7, i + 1) - mean);
    }
    EXPECT_LT(std::abs(sum / kSamples / mean), 5.0 / std::sqrt(double{kSamples})) << mean;
  }
}

TEST(PoissonAtProperty, NoLightNoCounts) { EXPECT_EQ(poisson_at(0.0, 1, 1), 0.0); }

}  // namespace
}  // namespace nanobragg
