// Sums do not depend on who adds what.
#include "nanobragg/distribute/ordered_sum.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "support/thread_ranks.hpp"

namespace nanobragg::distribute {
namespace {

constexpr std::size_t kLength = 3;

// Numbers whose sum depends on the order in which they are added.
std::vector<std::vector<double>> rows(std::size_t items) {
  std::mt19937 random(1);
  std::normal_distribution<double> normal;
  std::vector<std::vector<double>> out(items, std::vector<double>(kLength));
  for (auto& row : out) {
    for (double& x : row) x = std::exp(20.0 * normal(random)) * normal(random);
  }
  return out;
}

TEST(OrderedSum, IsTheSameForAnyRanksAndOrder) {
  for (const std::size_t items : {1U, 2U, 7U, 64U, 1000U}) {
    const auto values = rows(items);
    std::vector<double> expected;
    for (const std::size_t ranks : {1U, 2U, 3U, 5U}) {
      std::vector<std::vector<double>> totals(ranks);
      test::run_ranks(ranks, [&](Ranks& own) {
        OrderedSum sum(items, kLength);
        std::vector<std::size_t> mine;
        for (std::size_t i = own.rank(); i < items; i += ranks) mine.push_back(i);
        std::shuffle(mine.begin(), mine.end(), std::mt19937(7));
        for (const std::size_t i : mine) sum.add(i, values[i]);
        totals[own.rank()] = sum.total(own);
      });
      if (expected.empty()) expected = totals[0];
      for (const auto& total : totals) EXPECT_EQ(total, expected) << items << ' ' << ranks;
    }
  }
}

// Counts what a rank tells the others.
class Counting : public Alone {
 public:
  std::vector<std::string> gather(const std::string& mine) override {
    told += mine.size();
    return {mine};
  }
  std::size_t told = 0;
};

TEST(OrderedSum, TellsWholeBranches) {
  const auto values = rows(1000);
  OrderedSum sum(1000, kLength);
  for (std::size_t i = 0; i < 1000; ++i) sum.add(i, values[i]);
  Counting ranks;
  sum.total(ranks);
  EXPECT_EQ(ranks.told, 2 * sizeof(std::size_t) + kLength * sizeof(double));
}

}  // namespace
}  // namespace nanobragg::distribute
