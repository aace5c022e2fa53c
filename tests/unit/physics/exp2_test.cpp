// Powers of two in single precision, in units in the last place.
#include "nanobragg/physics/exp2.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace nanobragg::physics {
namespace {

TEST(Exp2OfMinus, IsRightToTwoUnits) {
  double largest = 0.0;
  for (int i = 0; i <= 4000000; ++i) {
    const float x = static_cast<float>(i) * (125.0F / 4000000.0F);
    const double exact = std::exp2(-static_cast<double>(x));
    const auto rounded = static_cast<float>(exact);
    const float ulp = std::nextafter(rounded, std::numeric_limits<float>::infinity()) - rounded;
    largest = std::max(largest, std::abs(exp2_of_minus(x) - exact) / ulp);
  }
  EXPECT_LT(largest, 2.0);
}

TEST(Exp2OfMinus, IsAPowerAtWholeNumbers) {
  for (int n = 0; n <= 125; ++n) {
    const double exact = std::ldexp(1.0, -n);
    EXPECT_NEAR(exp2_of_minus(static_cast<float>(n)), exact, 1.2e-7 * exact) << n;
  }
}

}  // namespace
}  // namespace nanobragg::physics
