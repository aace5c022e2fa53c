// What normal matrices, singular ones included, say of their coordinates.
#include "nanobragg/refine/uncertainties.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace nanobragg::test {
namespace {

using refine::uncertainties;
using refine::undetermined;
using testing::HasSubstr;
using testing::Not;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
const std::vector<std::string> kNames{"x", "y", "z"};

TEST(Uncertainties, AreRootsOfTheInverse) {
  // The inverse of {{4, 2, 0}, {2, 2, 0}, {0, 0, 25}}: a block of {{1, −1}, {−1, 2}}/2, and 1/25.
  const std::vector<double> normal{4, 2, 0, 2, 2, 0, 0, 0, 25};
  const auto [standard, correlations] = uncertainties(normal);
  EXPECT_NEAR(standard[0], std::sqrt(0.5), 1e-12);
  EXPECT_NEAR(standard[1], 1.0, 1e-12);
  EXPECT_NEAR(standard[2], 0.2, 1e-12);
  EXPECT_NEAR(correlations[1], -std::sqrt(0.5), 1e-12);
  EXPECT_NEAR(correlations[2], 0.0, 1e-12);
  EXPECT_EQ(undetermined(normal, kNames), "");
}

TEST(Uncertainties, AreInfiniteWithoutEffect) {
  const std::vector<double> normal{4, 0, 2, 0, 0, 0, 2, 0, 2};
  const auto [standard, correlations] = uncertainties(normal);
  EXPECT_NEAR(standard[0], std::sqrt(0.5), 1e-12);
  EXPECT_EQ(standard[1], kInfinity);
  EXPECT_NEAR(standard[2], 1.0, 1e-12);
  EXPECT_NEAR(correlations[2], -std::sqrt(0.5), 1e-12);
  EXPECT_TRUE(std::isnan(correlations[1]));
  EXPECT_EQ(correlations[4], 1.0);
  EXPECT_EQ(undetermined(normal, kNames), "no pixel depends on y (all derivatives are 0)");
}

// Pixels see x + 1000 y, and z.
TEST(Uncertainties, AreInfiniteForWhatOnlyTogetherHasAnEffect) {
  const std::vector<double> normal{1, 1e3, 0, 1e3, 1e6, 0, 0, 0, 25};
  const auto [standard, correlations] = uncertainties(normal);
  EXPECT_EQ(standard[0], kInfinity);
  EXPECT_EQ(standard[1], kInfinity);
  EXPECT_NEAR(standard[2], 0.2, 1e-12);
  EXPECT_TRUE(std::isnan(correlations[1]));
  EXPECT_THAT(undetermined(normal, kNames), HasSubstr("0.71·x"));
  EXPECT_THAT(undetermined(normal, kNames), HasSubstr("0.71·y"));
  EXPECT_THAT(undetermined(normal, kNames), Not(HasSubstr("·z")));
}

}  // namespace
}  // namespace nanobragg::test
