// Merged factors against weighted means by hand, and against drawn observations.
#include "nanobragg/refine/shots/merge.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace nanobragg::refine {
namespace {

TEST(Merge, IsTheWeightedMean) {
  const std::vector<FactorObservation> seen{
      {{1, 0, 0}, 0, 2.0, 4.0}, {{1, 0, 0}, 1, 5.0, 1.0}, {{0, 0, 2}, 1, 7.0, 9.0}};
  const Merge merge(GroupedFactors(seen), 0.0);
  ASSERT_EQ(merge.factors().size(), 2U);
  const MergedFactor& second = merge.factors()[1];
  EXPECT_EQ(second.index, (MillerIndex{1, 0, 0}));
  EXPECT_DOUBLE_EQ(second.factor, (4.0 * 2.0 + 1.0 * 5.0) / 5.0);
  EXPECT_DOUBLE_EQ(second.sigma, 1.0 / std::sqrt(5.0));
  EXPECT_EQ(second.shots, 2U);
  EXPECT_EQ(merge.factors()[0].shots, 1U);
}

TEST(Merge, KnowsAReflectionFromOtherShots) {
  const std::vector<FactorObservation> seen{{{1, 0, 0}, 0, 2.0, 4.0}, {{1, 0, 0}, 1, 5.0, 100.0}};
  const Merge merge(GroupedFactors(seen), 0.0);
  const FactorPrior otherwise{1.0, 1.28};
  const FactorPrior of_first = merge.prior_without(seen[0], otherwise);
  EXPECT_DOUBLE_EQ(of_first.mean, 5.0);
  EXPECT_DOUBLE_EQ(of_first.sigma, 0.1 / 5.0);
  // Who has said nothing of it knows what all have said.
  const FactorPrior of_third = merge.prior_without({{1, 0, 0}, 2, 0.0, 0.0}, otherwise);
  EXPECT_DOUBLE_EQ(of_third.mean, (4.0 * 2.0 + 100.0 * 5.0) / 104.0);
  // Nobody sees it; nobody else does.
  EXPECT_EQ(merge.prior_without({{0, 1, 0}, 7, 0.0, 0.0}, otherwise).sigma, otherwise.sigma);
  const Merge alone(GroupedFactors({{{1, 0, 0}, 0, 2.0, 4.0}}), 0.0);
  EXPECT_EQ(alone.prior_without({{1, 0, 0}, 0, 2.0, 4.0}, otherwise).mean, otherwise.mean);
}

// 200 reflections, 6 shots each, that differ by 20 % beyond noise of 5 %.
std::vector<FactorObservation> drawn(double spread) {
  std::mt19937 random(3);
  std::normal_distribution<double> normal;
  std::exponential_distribution<double> wilson;
  std::vector<FactorObservation> out;
  for (int h = 1; h <= 200; ++h) {
    const double truth = 0.2 + wilson(random);
    for (std::size_t shot = 0; shot < 6; ++shot) {
      const double noise = 0.05 * truth;
      const double factor = truth * (1.0 + spread * normal(random)) + noise * normal(random);
      out.push_back({{h, 0, 0}, shot, factor, 1.0 / (noise * noise)});
    }
  }
  return out;
}

TEST(Merge, FindsBySoMuchShotsDiffer) {
  EXPECT_NEAR(estimated_spread(GroupedFactors(drawn(0.2))), 0.2, 0.02);
  EXPECT_LT(estimated_spread(GroupedFactors(drawn(0.0))), 0.02);
  EXPECT_EQ(estimated_spread(GroupedFactors({{{1, 0, 0}, 0, 2.0, 4.0}})), 0.0);
}

TEST(Merge, HasHalvesThatAgree) {
  const Merge merge(GroupedFactors(drawn(0.05)), 0.05);
  const std::vector<double> spacings(merge.factors().size(), 2.0);
  const MergeShell all = merge_overall(merge.factors(), spacings);
  EXPECT_EQ(all.reflections, 200U);
  EXPECT_EQ(all.observations, 1200U);
  EXPECT_GT(all.half_correlation, 0.99);
  EXPECT_EQ(merge_shells(merge.factors(), spacings, 4).size(), 4U);
}

}  // namespace
}  // namespace nanobragg::refine
