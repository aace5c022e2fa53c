// Wilson amplitudes: which reflections there are, what they depend on, what is refused.
#include "nanobragg/model/wilson.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "support/reciprocal_axes.hpp"

namespace nanobragg {
namespace {

constexpr double kRight = constants::kPi / 2;
const CellParameters<double> kOrthorhombic{20.0, 30.0, 40.0, kRight, kRight, kRight};
const CellParameters<double> kTriclinic{21.0, 27.0, 33.0, 1.3, 1.7, 1.9};
constexpr double kDefault = -1.0;  // no amplitude drawn is negative

TEST(Wilson, HasEveryReflectionInsideTheLimitAndNoOther) {
  constexpr double kDmin = 3.0;
  const auto f = wilson_amplitudes(kTriclinic, 20.0, 1, kDmin, kDefault);
  constexpr std::int32_t kBeyond = 13;  // more than 33/3
  std::size_t inside = 0;
  for (std::int32_t h = -kBeyond; h <= kBeyond; ++h) {
    for (std::int32_t k = -kBeyond; k <= kBeyond; ++k) {
      for (std::int32_t l = -kBeyond; l <= kBeyond; ++l) {
        const MillerIndex i{h, k, l};
        if (i == MillerIndex{}) continue;
        const auto s = testing_support::scattering_vector(kTriclinic, i);
        const bool expected = dot(s, s) <= 1.0 / (kDmin * kDmin);
        ASSERT_EQ(f.at(i) > 0.0, expected) << h << ' ' << k << ' ' << l;
        if (expected) ++inside;
      }
    }
  }
  EXPECT_GT(inside, 1000U);
}

TEST(Wilson, KeepsAReflectionExactlyAtTheLimit) {
  const auto f = wilson_amplitudes(kOrthorhombic, 20.0, 1, 2.0, kDefault);
  EXPECT_GT(f.at({10, 0, 0}), 0.0);
  EXPECT_GT(f.at({0, 15, 0}), 0.0);
  EXPECT_GT(f.at({0, 0, -20}), 0.0);
  EXPECT_EQ(f.at({10, 1, 0}), kDefault);
}

TEST(Wilson, TheDirectBeamHasNoAmplitude) {
  EXPECT_EQ(wilson_amplitudes(kOrthorhombic, 20.0, 1, 4.0, kDefault).at({0, 0, 0}), 0.0);
}

TEST(Wilson, FriedelMatesAreEqualAndOthersAreNot) {
  const auto f = wilson_amplitudes(kTriclinic, 20.0, 1, 4.0, kDefault);
  EXPECT_EQ(f.at({1, -2, 3}), f.at({-1, 2, -3}));
  EXPECT_EQ(f.at({0, -2, 3}), f.at({0, 2, -3}));
  EXPECT_EQ(f.at({0, 0, 3}), f.at({0, 0, -3}));
  EXPECT_NE(f.at({1, 2, 3}), f.at({1, -2, 3}));
  EXPECT_NE(f.at({1, 2, 3}), f.at({1, 2, -3}));
  EXPECT_NE(f.at({1, 2, 3}), f.at({2, 1, 3}));
}

TEST(Wilson, AFinerLimitChangesNoAmplitude) {
  const auto coarse = wilson_amplitudes(kTriclinic, 20.0, 5, 6.0, kDefault);
  const auto fine = wilson_amplitudes(kTriclinic, 20.0, 5, 3.0, kDefault);
  for (const MillerIndex i : {MillerIndex{1, 0, 0}, {-2, 1, 1}, {0, 3, -2}}) {
    ASSERT_GT(coarse.at(i), 0.0);
    EXPECT_EQ(coarse.at(i), fine.at(i));
  }
}

TEST(Wilson, TheSeedMatters) {
  const auto one = wilson_amplitudes(kOrthorhombic, 20.0, 1, 4.0, kDefault);
  const auto two = wilson_amplitudes(kOrthorhombic, 20.0, 2, 4.0, kDefault);
  EXPECT_NE(one.at({1, 2, 3}), two.at({1, 2, 3}));
  EXPECT_EQ(one.at({1, 2, 3}),
            wilson_amplitudes(kOrthorhombic, 20.0, 1, 4.0, kDefault).at({1, 2, 3}));
}

TEST(Wilson, TheMeanFollowsVolumeAndB) {
  // Tetragonal lysozyme: 8 × 1001 atoms in 2.37e5 Å³ make 3.6e5 electrons². Its crystals hold
  // less solvent than assumed, so the estimate is lower, by less than a third.
  const double estimate = wilson_mean_intensity(2.37e5, 0.0, 0.1);
  EXPECT_GT(3.6e5 / estimate, 1.0);
  EXPECT_LT(3.6e5 / estimate, 1.33);
  EXPECT_DOUBLE_EQ(wilson_mean_intensity(2e5, 30.0, 0.25) / wilson_mean_intensity(1e5, 0.0, 0.25),
                   2.0 * std::exp(-30.0 * 0.25 / 2.0));
}

TEST(Wilson, RefusesWhatHasNoMeaning) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double dmin : {0.0, -1.0, kNaN, kInfinity}) {
    EXPECT_THROW(wilson_amplitudes(kOrthorhombic, 20.0, 1, dmin, 0.0), Error) << dmin;
  }
  for (const double b : {-1.0, kNaN, kInfinity}) {
    EXPECT_THROW(wilson_amplitudes(kOrthorhombic, b, 1, 4.0, 0.0), Error) << b;
  }
  EXPECT_THROW(wilson_amplitudes({0.0, 1.0, 1.0, kRight, kRight, kRight}, 20.0, 1, 4.0, 0.0),
               Error);
}

TEST(Wilson, RefusesATableThatDoesNotFit) {
  EXPECT_THROW(wilson_amplitudes(kOrthorhombic, 20.0, 1, 1e-4, 0.0), Error);
  EXPECT_THROW(wilson_amplitudes(kOrthorhombic, 20.0, 1, 1e-300, 0.0), Error);
}

}  // namespace
}  // namespace nanobragg
