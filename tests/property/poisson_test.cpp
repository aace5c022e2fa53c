// Poisson deviates follow Poisson's distribution at every mean that a detector meets.
#include "nanobragg/random/poisson.hpp"

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

struct Sampling {
  float mean;
  std::size_t samples;
  std::size_t counts_a_bin;  // before bins with few events are joined
};

double poisson_probability(double mean, double count) {
  return std::exp(count * std::log(mean) - mean - std::lgamma(count + 1.0));
}

double goodness_of_fit(const Sampling& sampling, std::int64_t seed) {
  const auto mean = static_cast<double>(sampling.mean);
  const auto samples = static_cast<double>(sampling.samples);
  // Outside lie fewer than 1e-12 of the events.
  const double first = std::max(0.0, std::floor(mean - 8.0 * std::sqrt(mean)));
  const double last = std::ceil(mean + 8.0 * std::sqrt(mean) + 15.0);
  const auto width = static_cast<double>(sampling.counts_a_bin);
  const auto bin = [&](double count) {
    return static_cast<std::size_t>((std::clamp(count, first, last) - first) / width);
  };

  std::vector<double> observed(bin(last) + 1);
  std::vector<double> expected(observed.size());
  PoissonDeviates deviate{UniformStream(seed)};
  for (std::size_t i = 0; i < sampling.samples; ++i) {
    observed[bin(static_cast<double>(deviate(sampling.mean)))] += 1.0;
  }
  for (double count = first; count <= last; count += 1.0) {
    expected[bin(count)] += samples * poisson_probability(mean, count);
  }
  return chi_squared_probability(observed, expected);
}

// At a mean of 1e5 ln Γ exceeds a million and its single precision changes the acceptance of single
// counts by some percent either way. So single counts are tested with as many samples as do not
// resolve that, and the shape of the distribution with more samples in bins of a sixth of its
// width.
constexpr std::array kSamplings = {
    Sampling{0.1F, 1000000, 1},  Sampling{1.0F, 1000000, 1}, Sampling{10.0F, 1000000, 1},
    Sampling{12.0F, 1000000, 1}, Sampling{1e3F, 1000000, 1}, Sampling{1e5F, 20000, 1},
    Sampling{1e5F, 200000, 52},
};

TEST(PoissonProperty, DeviatesPassChiSquared) {
  for (const Sampling& sampling : kSamplings) {
    for (const std::int64_t seed : {1, 2, 3}) {
      EXPECT_GT(goodness_of_fit(sampling, seed), kSmallestProbability)
          << "mean " << sampling.mean << ", seed " << seed;
    }
  }
}

TEST(PoissonProperty, TheTestTellsAMeanTwoPercentOff) {
  // So that the test above cannot pass by lack of power.
  std::vector<double> observed(30);
  std::vector<double> expected(30);
  PoissonDeviates deviate{UniformStream(1)};
  for (int i = 0; i < 1000000; ++i) {
    observed[static_cast<std::size_t>(std::min(deviate(1.02F), 29.0F))] += 1.0;
  }
  for (std::size_t k = 0; k < expected.size(); ++k) {
    expected[k] = 1e6 * poisson_probability(1.0, static_cast<double>(k));
  }
  EXPECT_LT(chi_squared_probability(observed, expected), kSmallestProbability);
}

TEST(PoissonProperty, MeanAndVarianceAreEqual) {
  constexpr int kSamples = 20000;
  PoissonDeviates deviate{UniformStream(1)};
  for (double exponent = -2.0; exponent <= 5.0; exponent += 0.125) {
    const float mean = static_cast<float>(std::pow(10.0, exponent));
    const auto m = static_cast<double>(mean);
    double sum = 0.0;
    double squares = 0.0;
    for (int i = 0; i < kSamples; ++i) {
      const double deviation = static_cast<double>(deviate(mean)) - m;
      sum += deviation;
      squares += deviation * deviation;
    }
    // Five standard errors: the square of a Poisson deviate's deviation has the variance m + 2m².
    EXPECT_NEAR(sum / kSamples, 0.0, 5.0 * std::sqrt(m / kSamples)) << mean;
    EXPECT_NEAR(squares / kSamples, m, 5.0 * std::sqrt((m + 2.0 * m * m) / kSamples)) << mean;
  }
}

}  // namespace
}  // namespace nanobragg
