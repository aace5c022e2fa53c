// Shared values against the minimum of the sum of quadratic forms.
#include "nanobragg/refine/shots/shared_parameters.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "support/thread_ranks.hpp"

namespace nanobragg::refine {
namespace {

std::vector<SharedValue> combined(const std::vector<SharedEstimate>& shots) {
  std::vector<PlacedEstimate> placed;
  for (std::size_t i = 0; i < shots.size(); ++i) placed.push_back({i, shots[i]});
  distribute::Alone alone;
  return combined(placed, shots.size(), alone);
}

SharedEstimate alone(double value, double sigma) { return {{"x"}, {{}}, {value}, {sigma * sigma}}; }

TEST(SharedParameters, AreMeansByTheirVariances) {
  const auto shared = combined(std::vector{alone(1.0, 1.0), alone(3.0, 0.5)});
  ASSERT_EQ(shared.size(), 1U);
  EXPECT_DOUBLE_EQ(shared[0].value, (1.0 + 4.0 * 3.0) / 5.0);
  EXPECT_DOUBLE_EQ(shared[0].sigma, 1.0 / std::sqrt(5.0));
  EXPECT_EQ(shared[0].shots, 2U);
}

// Two shots that each know one combination well: together they know both values.
TEST(SharedParameters, TakeCorrelationsIntoAccount) {
  // Covariances with σ = 10 along one diagonal and 0.1 along the other, and the other way round.
  const double wide = 0.5 * (100.0 + 0.01), tilt = 0.5 * (100.0 - 0.01);
  // Off by 5 along the diagonal that they do not know: the truth is (1, 2).
  const SharedEstimate sum{{"x", "y"}, {{}, {}}, {6.0, -3.0}, {wide, -tilt, -tilt, wide}};
  const SharedEstimate difference{{"x", "y"}, {{}, {}}, {-4.0, -3.0}, {wide, tilt, tilt, wide}};
  const auto shared = combined(std::vector{sum, difference});
  ASSERT_EQ(shared.size(), 2U);
  EXPECT_NEAR(shared[0].value, 1.0, 0.01);
  EXPECT_NEAR(shared[1].value, 2.0, 0.01);
  EXPECT_NEAR(shared[0].sigma, 0.1, 0.01);
}

TEST(SharedParameters, AreNotMovedByOneShotThatIsWrong) {
  std::vector<SharedEstimate> shots(9, alone(1.0, 0.1));
  shots.push_back(alone(100.0, 0.1));
  // Its weight is 3/990.
  EXPECT_NEAR(combined(shots)[0].value, 1.0, 0.05);
}

TEST(SharedParameters, MayBeSeenBySomeShotsAlone) {
  const SharedEstimate both{{"x", "y"}, {{}, {}}, {1.0, 5.0}, {1.0, 0.0, 0.0, 1.0}};
  const auto shared = combined(std::vector{alone(3.0, 1.0), both, SharedEstimate{}});
  ASSERT_EQ(shared.size(), 2U);
  EXPECT_DOUBLE_EQ(shared[0].value, 2.0);
  EXPECT_DOUBLE_EQ(shared[1].value, 5.0);
  EXPECT_EQ(shared[1].shots, 1U);
}

// Whoever has which shots.
TEST(SharedParameters, AreTheSameForAnyNumberOfRanks) {
  std::vector<PlacedEstimate> shots;
  for (std::size_t i = 0; i < 11; ++i) {
    const double x = 1.0 + 0.1 * static_cast<double>(i % 4),
                 y = 5.0 / (1.0 + static_cast<double>(i));
    const SharedEstimate both{{"y", "x"}, {{}, {}}, {y, x}, {1.0, 0.3, 0.3, 2.0 + x}};
    shots.push_back({i, i % 3 == 0 ? SharedEstimate{} : i % 3 == 1 ? alone(x, 0.7) : both});
  }
  distribute::Alone one;
  const auto expected = combined(shots, shots.size(), one);
  EXPECT_EQ(expected.at(0).name, "x");
  for (const std::size_t count : {2U, 3U, 5U}) {
    test::run_ranks(count, [&](distribute::Ranks& ranks) {
      std::vector<PlacedEstimate> own;
      for (std::size_t i = shots.size(); i-- > 0;) {
        if ((i * 7 + 3) % count == ranks.rank()) own.push_back(shots[i]);
      }
      const auto found = combined(own, shots.size(), ranks);
      ASSERT_EQ(found.size(), expected.size());
      for (std::size_t i = 0; i < found.size(); ++i) {
        EXPECT_EQ(found[i].name, expected[i].name);
        EXPECT_EQ(found[i].value, expected[i].value);
        EXPECT_EQ(found[i].sigma, expected[i].sigma);
        EXPECT_EQ(found[i].shots, expected[i].shots);
      }
    });
  }
}

}  // namespace
}  // namespace nanobragg::refine
