// Wilson amplitudes have Wilson's distribution: exponential intensities about a Debye–Waller fall.
#include "nanobragg/model/wilson.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "nanobragg/base/constants.hpp"
#include "property/chi_squared.hpp"
#include "support/reciprocal_axes.hpp"

namespace nanobragg {
namespace {

using testing_support::kSmallestProbability;
using testing_support::uniformity_probability;

const CellParameters<double> kCell{61.0, 67.0, 73.0, 1.4, 1.8, 1.65};
constexpr double kB = 25.0;
constexpr double kDmin = 2.2;

struct Intensity {
  double inverse_d2;  // Å⁻²
  double value;       // electrons²
};

// One of every Friedel pair inside the resolution limit.
std::vector<Intensity> unique_intensities(const StructureFactors& f) {
  std::vector<Intensity> intensities;
  const MillerBox& box = f.box();
  for (std::int32_t h = 0; h <= box.max.h; ++h) {
    for (std::int32_t k = box.min.k; k <= box.max.k; ++k) {
      for (std::int32_t l = box.min.l; l <= box.max.l; ++l) {
        const bool second_of_pair = h == 0 && (k < 0 || (k == 0 && l <= 0));
        const auto s = testing_support::scattering_vector(kCell, {h, k, l});
        if (second_of_pair || dot(s, s) > 1.0 / (kDmin * kDmin)) continue;
        const double amplitude = f.at({h, k, l});
        intensities.push_back({dot(s, s), amplitude * amplitude});
      }
    }
  }
  return intensities;
}

TEST(WilsonProperty, IntensitiesAreExponential) {
  for (const std::uint64_t seed : {0, 1, 2, 99}) {
    std::vector<double> uniform;
    for (const Intensity& i : unique_intensities(wilson_amplitudes(kCell, kB, seed, kDmin, 0.0))) {
      uniform.push_back(
          std::exp(-i.value / wilson_mean_intensity(volume(kCell), kB, i.inverse_d2)));
    }
    ASSERT_GT(uniform.size(), 50000U);
    EXPECT_GT(uniformity_probability(uniform, 200), kSmallestProbability) << seed;
  }
}

TEST(WilsonProperty, TheMeanFallsWithTheDebyeWallerFactorInEveryShell) {
  constexpr std::size_t kShells = 12;
  std::vector<double> sums(kShells);
  std::vector<double> counts(kShells);
  for (const Intensity& i : unique_intensities(wilson_amplitudes(kCell, kB, 7, kDmin, 0.0))) {
    const auto shell = std::min(
        kShells - 1, static_cast<std::size_t>(i.inverse_d2 * kDmin * kDmin * double(kShells)));
    // exp(−2B s²), s² = 1/(4d²), taken out.
    sums[shell] += i.value / std::exp(-kB * i.inverse_d2 / 2.0);
    counts[shell] += 1.0;
  }
  const double sum_of_f2 = wilson_mean_intensity(volume(kCell), 0.0, 0.0);
  for (std::size_t shell = 0; shell < kShells; ++shell) {
    // The mean of n exponential deviates has a relative standard error of 1/√n.
    EXPECT_NEAR(sums[shell] / counts[shell] / sum_of_f2, 1.0, 4.5 / std::sqrt(counts[shell]))
        << shell;
  }
}

TEST(WilsonProperty, NeighboursAreIndependent) {
  const auto f = wilson_amplitudes(kCell, 0.0, 3, kDmin, 0.0);
  const double mean = wilson_mean_intensity(volume(kCell), 0.0, 0.0);
  double products = 0.0;
  double pairs = 0.0;
  for (std::int32_t h = 1; h <= 12; ++h) {
    for (std::int32_t k = -12; k <= 12; ++k) {
      for (std::int32_t l = -12; l < 12; ++l) {
        const double here = std::pow(f.at({h, k, l}), 2) / mean - 1.0;
        const double next = std::pow(f.at({h, k, l + 1}), 2) / mean - 1.0;
        products += here * next;
        pairs += 1.0;
      }
    }
  }
  EXPECT_NEAR(products / pairs, 0.0, 4.5 / std::sqrt(pairs));
}

RC_GTEST_PROP(WilsonProperty, FriedelMatesAreEqualInAnyCell, (std::uint64_t seed)) {
  const auto edge = [] { return *rc::gen::inRange(10, 40) * 1.0; };
  const auto angle = [] { return *rc::gen::inRange(75, 106) / constants::kDegreesPerRadian; };
  const CellParameters<double> cell{edge(), edge(), edge(), angle(), angle(), angle()};
  const auto f = wilson_amplitudes(cell, 15.0, seed, 5.0, 3.0);
  const auto table = f.table();
  // The box is symmetric about the origin, so mates mirror each other in the table.
  for (std::size_t i = 0; i < table.size(); ++i) {
    RC_ASSERT(table[i] == table[table.size() - 1 - i]);
  }
}

}  // namespace
}  // namespace nanobragg
