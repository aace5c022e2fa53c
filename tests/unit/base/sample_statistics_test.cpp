// Medians and correlations against values by hand.
#include "nanobragg/base/sample_statistics.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace nanobragg {
namespace {

TEST(Median, IsInTheMiddle) {
  EXPECT_EQ(median({5.0, 1.0, 3.0}), 3.0);
  EXPECT_EQ(median({4.0, 1.0, 3.0, 2.0}), 3.0);
  EXPECT_EQ(median({}), 0.0);
}

TEST(Correlation, IsPearsons) {
  const std::array x{1.0, 2.0, 3.0, 4.0};
  EXPECT_DOUBLE_EQ(correlation(x, std::array{1e6 + 2.0, 1e6 + 4.0, 1e6 + 6.0, 1e6 + 8.0}), 1.0);
  EXPECT_DOUBLE_EQ(correlation(x, std::array{4.0, 3.0, 2.0, 1.0}), -1.0);
  // Deviations (−1.5, −0.5, 0.5, 1.5) and (−1, 1, −1, 1): 2/√(5·4).
  EXPECT_DOUBLE_EQ(correlation(x, std::array{0.0, 2.0, 0.0, 2.0}), 2.0 / std::sqrt(20.0));
}

TEST(Correlation, IsNoneWhereNothingVaries) {
  EXPECT_TRUE(std::isnan(correlation(std::array{1.0, 2.0}, std::array{3.0, 3.0})));
  EXPECT_TRUE(std::isnan(correlation(std::array{1.0}, std::array{3.0})));
}

}  // namespace
}  // namespace nanobragg
