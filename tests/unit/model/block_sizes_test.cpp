// Sizes of blocks: moments of their distributions, and intensities against sampled sizes.
#include "nanobragg/model/block_sizes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/model/check_experiment.hpp"
#include "nanobragg/random/counter.hpp"
#include "nanobragg/random/normal_quantile.hpp"
#include "support/experiments.hpp"

namespace nanobragg::test {
namespace {

double moment(const std::vector<BlockSize>& sizes, int power) {
  double sum = 0.0;
  for (const auto& [factor, share] : sizes) sum += share * std::pow(factor, power);
  return sum;
}

TEST(BlockSizes, HaveTheMomentsOfTheirDistribution) {
  for (const double width : {0.05, 0.3, 0.7}) {
    const auto gamma = sizes_of({SizeDistribution::gamma, width, 5});
    EXPECT_NEAR(moment(gamma, 0), 1.0, 1e-12);
    EXPECT_NEAR(moment(gamma, 1), 1.0, 1e-12);
    EXPECT_NEAR(moment(gamma, 2), 1.0 + width * width, 1e-12);
    EXPECT_NEAR(moment(gamma, 3), (1 + width * width) * (1 + 2 * width * width), 1e-11);
    const auto lognormal = sizes_of({SizeDistribution::lognormal, width, 12});
    EXPECT_NEAR(moment(lognormal, 0), 1.0, 1e-12);
    EXPECT_NEAR(moment(lognormal, 1), 1.0, 1e-12);
    EXPECT_NEAR(moment(lognormal, 2), 1.0 + width * width, 1e-6);
    EXPECT_NEAR(moment(lognormal, 3), std::pow(1.0 + width * width, 3), 1e-4);
  }
  EXPECT_EQ(sizes_of({}).size(), 1u);
}

TEST(BlockSizes, KeepTheNumberOfCells) {
  ExperimentParts e = small_experiment();
  e.crystal.blocks = 50.0;
  e.crystal.block_sizes = {SizeDistribution::lognormal, 0.4, 6};
  double shares = 0.0, cells = 0.0;
  for (const auto& [single, share, factor] : single_lattices(e.build())) {
    const CrystalValues& c = *single.crystal;
    shares += share;
    cells += share * c.blocks * c.cells[0] * c.cells[1] * c.cells[2];
    EXPECT_NEAR(c.cells[1], 4.0 * factor, 1e-12);
    EXPECT_EQ(c.block_sizes.relative_width, 0.0);
  }
  EXPECT_NEAR(shares, 1.0, 1e-12);
  EXPECT_NEAR(cells, 50.0 * 5 * 4 * 6, 1e-9);
}

// F² of a Gaussian row of N cells, for N cells in all, at an offset Δ: its integral over Δ is 1.
double profile(double cells, double offset) {
  constexpr double kWidth = 0.88589;
  const double peak = 2.0 * std::sqrt(std::log(2.0) / constants::kPi) / kWidth * cells;
  return peak * std::exp(-4.0 * std::log(2.0) * std::pow(offset * cells / kWidth, 2));
}

TEST(BlockSizes, StandForSampledOnes) {
  constexpr double kWidth = 0.3, kCells = 20.0;
  const double deviation = std::sqrt(std::log1p(kWidth * kWidth));
  const auto sizes = sizes_of({SizeDistribution::lognormal, kWidth, 5});
  double peak = 0.0;
  for (const double offset : {0.0, 0.01, 0.03, 0.06, 0.1}) {
    double by_nodes = 0.0;
    for (const auto& [factor, share] : sizes) by_nodes += share * profile(kCells * factor, offset);
    double sampled = 0.0;
    constexpr int kSamples = 200000;
    for (int i = 0; i < kSamples; ++i) {
      const double z = normal_quantile((i + 0.5) / kSamples);
      sampled += profile(kCells * std::exp(deviation * (z - deviation / 2)), offset) / kSamples;
    }
    if (offset == 0.0) peak = sampled;
    EXPECT_NEAR(by_nodes, sampled, 5e-3 * peak) << offset;
  }
}

TEST(BlockSizes, AreRefusedWhereThereAreNone) {
  ExperimentParts e = small_experiment();
  e.crystal.block_sizes.relative_width = -0.1;
  EXPECT_THROW(e.build(), Error);
  e.crystal.block_sizes.relative_width = 1.5;
  EXPECT_THROW(e.build(), Error);
  e.crystal.block_sizes = {SizeDistribution::gamma, 0.2, 0};
  EXPECT_THROW(e.build(), Error);
  // Of less than one cell.
  e.crystal.block_sizes = {SizeDistribution::gamma, 0.8, 9};
  EXPECT_THROW(check(e.build()), Error);
}

}  // namespace
}  // namespace nanobragg::test
