// The uniform stream is uniform, also in pairs, for any seed.
#include "nanobragg/random/uniform_stream.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

#include "nanobragg/random/counter.hpp"
#include "property/chi_squared.hpp"

namespace nanobragg {
namespace {

using testing_support::chi_squared_probability;
using testing_support::kSmallestProbability;
using testing_support::uniformity_probability;

TEST(UniformStreamProperty, DeviatesAreUniform) {
  for (const std::int64_t seed : {1, 2, 12345678, 2000000000}) {
    UniformStream stream(seed);
    std::vector<double> deviates(1000000);
    for (double& x : deviates) x = static_cast<double>(stream.next());
    EXPECT_GT(uniformity_probability(deviates, 1000), kSmallestProbability) << seed;
  }
}

TEST(UniformStreamProperty, SuccessiveDeviatesAreIndependent) {
  constexpr std::size_t kBins = 32;
  constexpr std::size_t kPairs = 500000;
  UniformStream stream(1);
  std::vector<double> observed(kBins * kBins);
  const auto bin = [&] {
    return static_cast<std::size_t>(static_cast<double>(stream.next()) * kBins);
  };
  for (std::size_t i = 0; i < kPairs; ++i) {
    const std::size_t first = bin();
    observed[first * kBins + bin()] += 1.0;
  }
  const std::vector<double> expected(kBins * kBins, static_cast<double>(kPairs) / (kBins * kBins));
  EXPECT_GT(chi_squared_probability(observed, expected), kSmallestProbability);
}

TEST(UniformStreamProperty, DeviatesByNumberAreUniformAlongSeedsAndCounters) {
  std::vector<double> along_counters;
  std::vector<double> along_seeds;
  for (std::uint64_t i = 0; i < 1000000; ++i) {
    along_counters.push_back(uniform_at(1, i));
    along_seeds.push_back(uniform_at(i, 0));
  }
  EXPECT_GT(uniformity_probability(along_counters, 1000), kSmallestProbability);
  EXPECT_GT(uniformity_probability(along_seeds, 1000), kSmallestProbability);
}

RC_GTEST_PROP(UniformStreamProperty, EverySeedStaysInsideTheInterval, (std::int64_t seed)) {
  UniformStream stream(seed);
  for (int i = 0; i < 200; ++i) {
    const float x = stream.next();
    RC_ASSERT(x > 0.0F);
    RC_ASSERT(x < 1.0F);
  }
}

RC_GTEST_PROP(UniformStreamProperty, EqualSeedsGiveEqualStreams, (std::int64_t seed)) {
  UniformStream one(seed);
  UniformStream two(seed);
  for (int i = 0; i < 100; ++i) RC_ASSERT(one.next() == two.next());
}

}  // namespace
}  // namespace nanobragg
