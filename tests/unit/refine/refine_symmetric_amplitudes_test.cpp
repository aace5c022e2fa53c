// Refinements of amplitudes with their mates: how many there are, and that mates tell together what
// each alone does not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/random/counter.hpp"
#include "support/refinement.hpp"
#include "support/symmetric_amplitudes.hpp"

namespace nanobragg::test {
namespace {

using refine::Problem;

// Down the fourfold axis, faint: each mate has few photons.
ExperimentParts tetragonal(double fluence) {
  constexpr double kRight = constants::kPi / 2;
  ExperimentParts parts = refinable_experiment({60, 60, 70, kRight, kRight, kRight});
  parts.crystal.misset_rad = {0.0, 0.0, 0.3};
  parts.spindle.start = Radian(-0.5 / constants::kDegreesPerRadian);
  parts.structure_factors = symmetric_amplitudes("P 43 21 2", 12, FriedelMates::equal, 0.0);
  parts.beam.fluence = fluence;
  return parts;
}

// Laue group 4/mmm.
std::tuple<int, int, int> key_of(const MillerIndex& i) {
  const int h = std::abs(i.h);
  const int k = std::abs(i.k);
  return {std::max(h, k), std::min(h, k), std::abs(i.l)};
}

Problem amplitude_problem(const Experiment& truth, const Experiment& start) {
  Problem problem = problem_of(truth, start, {}, 1);
  problem.options.method = refine::Method::lbfgs;
  problem.amplitudes = refine::Amplitudes::refined;
  return problem;
}

Experiment with_table(Experiment experiment, StructureFactors factors) {
  experiment.structure_factors = std::make_shared<const StructureFactors>(std::move(factors));
  return experiment;
}

TEST(RefineSymmetricAmplitudes, HaveOneParameterAReflection) {
  const Experiment truth = tetragonal(2e28).build();
  Problem problem = amplitude_problem(truth, truth);
  problem.options.iterations = 1;
  const auto together = refine::refine(problem).amplitudes;
  problem.start = with_table(truth, without_symmetry(*truth.structure_factors));
  const auto alone = refine::refine(problem).amplitudes;
  std::set<std::tuple<int, int, int>> keys, keys_alone;
  for (const auto& f : together) EXPECT_TRUE(keys.insert(key_of(f.index)).second);
  for (const auto& f : alone) keys_alone.insert(key_of(f.index));
  EXPECT_EQ(keys.size(), together.size());
  // What one mate tells, all of them do.
  EXPECT_TRUE(std::ranges::includes(keys, keys_alone));
  EXPECT_GT(alone.size(), 2 * keys_alone.size());
  EXPECT_LT(together.size(), alone.size() / 2);
}

TEST(RefineSymmetricAmplitudes, FindTogetherWhatEachMateAloneDoesNot) {
  const Experiment truth = tetragonal(6e26).build();
  const StructureFactors& factors = *truth.structure_factors;
  std::vector<double> table(factors.table().size());
  for (std::size_t i = 0; i < table.size(); ++i) {
    const double off = uniform_at(5, factors.reflection_at(i)) < 0.5 ? 0.8 : 1.2;
    table[i] = off * factors.table()[i];
  }
  const Experiment start = with_table(truth, factors.with_table(table));
  Problem problem = amplitude_problem(truth, start);
  const auto together = refine::refine(problem);
  problem.start = with_table(start, without_symmetry(*start.structure_factors));
  const auto alone = refine::refine(problem).amplitudes;
  double deviations = 0.0, before = 0.0, after = 0.0, ratio = 0.0;
  std::size_t count = 0;
  for (const auto& f : together.amplitudes) {
    const double wanted = factors.at(f.index);
    if (f.uncertainty > 0.05 * f.value) continue;
    // Of its mates alone, the best.
    double best = 1e300;
    std::size_t mates = 0;
    for (const auto& one : alone) {
      if (key_of(one.index) != key_of(f.index)) continue;
      best = std::min(best, one.uncertainty);
      ++mates;
    }
    if (mates < 2) continue;
    ++count;
    ratio += best / f.uncertainty;
    deviations += std::pow((f.value - wanted) / f.uncertainty, 2);
    before += std::abs(f.start - wanted) / wanted;
    after += std::abs(f.value - wanted) / wanted;
    // Mates are equal in the experiment that comes out.
    for (const std::size_t mate : factors.positions_like(factors.position(f.index))) {
      EXPECT_EQ(together.experiment.structure_factors->table()[mate], f.value);
    }
  }

  ASSERT_GE(count, 6U);
  const auto n = static_cast<double>(count);
  EXPECT_NEAR(before / n, 0.2, 1e-6);
  EXPECT_LT(after / n, 0.04);
  EXPECT_NEAR(deviations / n, 1.0, 0.7);
  EXPECT_GT(ratio / n, 1.7);
}

TEST(RefineSymmetricAmplitudes, MatesAreOneName) {
  const Experiment truth = tetragonal(2e28).build();
  Problem problem = amplitude_problem(truth, truth);
  problem.options.iterations = 1;
  const auto all = refine::refine(problem).amplitudes;
  const auto most =
      std::ranges::min_element(all, {}, [](const auto& f) { return f.uncertainty / f.value; });
  const auto [h, k, l] = most->index;
  // By another mate, which stands for all.
  problem.reflections = {{-k, h, l}};
  const auto one = refine::refine(problem).amplitudes;
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one[0].index, (MillerIndex{-k, h, l}));
  EXPECT_LT(one[0].uncertainty, 1.001 * most->uncertainty);
  problem.reflections = {{h, k, l}, {-k, h, l}};
  EXPECT_THAT(error_of(problem), testing::HasSubstr("is named twice"));
  EXPECT_THAT(error_of(problem), testing::HasSubstr("is its mate by P 43 21 2"));
}

}  // namespace
}  // namespace nanobragg::test
