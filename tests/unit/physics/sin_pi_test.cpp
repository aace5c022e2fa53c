// The polynomials for sin(πx), in units in the last place.
#include "nanobragg/physics/sin_pi.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

namespace nanobragg::physics {
namespace {

// Largest error over a fine grid of [−½, ½], in units in the last place of the exact value.
template <class T, class F>
double largest_error_ulp(F sine) {
  double largest = 0.0;
  for (int i = -200000; i <= 200000; ++i) {
    const T x = static_cast<T>(i / 400000.0 + 1e-7);
    const long double exact = std::sin(std::numbers::pi_v<long double> * x);
    const T rounded = static_cast<T>(std::abs(exact));
    const long double ulp = std::nextafter(rounded, std::numeric_limits<T>::infinity()) - rounded;
    largest = std::max(largest, static_cast<double>(std::abs((sine(x) - exact) / ulp)));
  }
  return largest;
}

TEST(SinPi, SingleIsRightToFourUnits) {
  EXPECT_LT(largest_error_ulp<float>([](float x) { return x * sin_pi_over_x_single(x); }), 4.0);
}

TEST(SinPi, MonicIsAsAccurateUpToItsScale) {
  const double scale = SinPiSingle::c4;
  const auto sine = [&](float x) { return scale * x * sin_pi_over_x_single_monic(x * x); };
  EXPECT_LT(largest_error_ulp<float>(sine), 4.0);
}

TEST(SinPi, DoubleIsRightToFourUnits) {
  EXPECT_LT(largest_error_ulp<double>([](double x) { return x * sin_pi_over_x_double(x); }), 4.0);
}

TEST(SinPi, AtZeroIsPi) {
  EXPECT_EQ(sin_pi_over_x_single(0.0F), std::numbers::pi_v<float>);
  EXPECT_EQ(sin_pi_over_x_double(0.0), std::numbers::pi);
}

}  // namespace
}  // namespace nanobragg::physics
