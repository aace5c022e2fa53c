// Refinements of single amplitudes, alone and with the crystal, and what they refuse.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/plan/variables.hpp"
#include "nanobragg/refine/objective.hpp"
#include "support/refinement.hpp"

namespace nanobragg::test {
namespace {

using refine::Problem;

// With one amplitude a fifth off.
Experiment with_amplitude_off(Experiment off, MillerIndex index) {
  const StructureFactors& factors = *off.structure_factors;
  std::vector<double> table(factors.table().begin(), factors.table().end());
  table[factors.position(index)] *= 1.2;
  off.structure_factors = std::make_shared<const StructureFactors>(
      StructureFactors::from_table(factors.box(), table, factors.default_amplitude()));
  return off;
}

TEST(RefineAmplitudes, FindsSingleAmplitudes) {
  Problem problem = problem_of(small_truth(), small_truth(), {}, 1);
  problem.options.method = refine::Method::lbfgs;
  problem.amplitudes = refine::Amplitudes::refined;
  const auto all = refine::refine(problem).amplitudes;
  ASSERT_GT(all.size(), 10U);
  const auto doubt = [](const auto& f) { return f.uncertainty / f.value; };
  const MillerIndex best = std::ranges::min_element(all, {}, doubt)->index;
  problem.start = with_amplitude_off(small_truth(), best);
  problem.reflections = {best};
  const auto found = refine::refine(problem).amplitudes;
  ASSERT_EQ(found.size(), 1U);
  const double wanted = small_truth().structure_factors->at(best);
  EXPECT_EQ(found[0].index, best);
  EXPECT_NEAR(found[0].start, 1.2 * wanted, 1e-9 * wanted);
  EXPECT_LT(found[0].uncertainty, 0.04 * wanted);
  EXPECT_NEAR(found[0].value, wanted, 4.0 * found[0].uncertainty);
}

// The amplitudes that the pixels know best, each known to the given share of itself.
std::vector<MillerIndex> best_amplitudes(std::size_t count) {
  Problem problem = problem_of(small_truth(), small_truth(), {}, 1);
  problem.options.method = refine::Method::lbfgs;
  problem.options.iterations = 1;
  problem.amplitudes = refine::Amplitudes::refined;
  auto all = refine::refine(problem).amplitudes;
  std::ranges::sort(all, {}, [](const auto& f) { return f.uncertainty / f.value; });
  std::vector<MillerIndex> best;
  for (std::size_t i = 0; i < count; ++i) best.push_back(all.at(i).index);
  return best;
}

// A matrix over parameters and amplitudes together.
TEST(RefineAmplitudes, FindsAmplitudesTogetherWithTheCrystal) {
  const std::vector<MillerIndex> wrong = best_amplitudes(4);
  Experiment off = with(
      small_truth(), {{"misset_x", value_of(small_truth(), "misset_x") + 0.1}, {"cell_a", 40.05}});
  for (const MillerIndex index : wrong) {
    off.structure_factors = with_amplitude_off(off, index).structure_factors;
  }
  Problem problem = problem_of(small_truth(), off, {"cell_a", "misset_x"}, 1);
  problem.amplitudes = refine::Amplitudes::refined;
  problem.reflections = wrong;
  for (const auto method : {refine::Method::levenberg_marquardt, refine::Method::lbfgs}) {
    problem.options.method = method;
    const auto result = refine::refine(problem);
    EXPECT_EQ(result.outcome, refine::Outcome::converged) << result.why;
    for (const char* name : {"cell_a", "misset_x"}) {
      EXPECT_NEAR(refined_value(result, name), value_of(small_truth(), name),
                  4.0 * uncertainty_of(result, name))
          << name;
    }
    ASSERT_EQ(result.amplitudes.size(), wrong.size());
    for (const refine::RefinedAmplitude& f : result.amplitudes) {
      const double wanted = small_truth().structure_factors->at(f.index);
      EXPECT_NEAR(f.start, 1.2 * wanted, 1e-9 * wanted);
      EXPECT_LT(f.uncertainty, 0.05 * wanted);
      EXPECT_NEAR(f.value, wanted, 4.0 * f.uncertainty);
    }
    EXPECT_EQ(result.correlations.names.size(), 6U);
    EXPECT_EQ(result.correlations.names.back(), plan::name_of(wrong.back()));
  }
}

// ∂loss/∂x by differences, and both ways of computing it.
TEST(RefineAmplitudes, ObjectiveHasTheGradientOfItsLossByAmplitudes) {
  Problem problem = problem_of(small_truth(), small_truth(), {"misset_y", "fluence"}, 1);
  problem.amplitudes = refine::Amplitudes::refined;
  problem.reflections = best_amplitudes(3);
  const refine::Objective objective(problem, free_parameters(problem.start, problem.parameters));
  const std::vector<double> x{0.2, -1.0, 0.3, -2.0, 0.0};
  const auto at = objective.evaluate(x, refine::Wanted::curvature);
  const auto reverse = objective.evaluate(x, refine::Wanted::gradient);
  ASSERT_TRUE(at && reverse);
  ASSERT_EQ(at->normal.size(), x.size() * x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double step = 1e-4;
    auto up = x, down = x;
    up[i] += step;
    down[i] -= step;
    const auto above = objective.evaluate(up, refine::Wanted::curvature);
    const auto below = objective.evaluate(down, refine::Wanted::curvature);
    const double slope = (above->loss - below->loss) / (2 * step);
    EXPECT_NEAR(at->gradient[i], slope, 1e-5 * std::abs(slope)) << i;
    EXPECT_NEAR(reverse->gradient[i], at->gradient[i], 1e-9 * std::abs(slope)) << i;
    EXPECT_GT(at->normal[i * x.size() + i], 0.0);
  }
}

// One spot leaves no scale to find beside its amplitude.
TEST(RefineAmplitudes, NamesAnAmplitudeThatCannotBeToldFromTheScale) {
  ExperimentParts parts = refinable_experiment();
  parts.crystal.shape = CrystalShape::gauss;
  const Experiment experiment = parts.build();
  Problem problem = problem_of(experiment, experiment, {"fluence"}, 1);
  problem.options.background = refine::BackgroundKind::none;
  problem.options.pixels = refine::PredictedSpots{1, 2};
  problem.amplitudes = refine::Amplitudes::refined;
  const std::string text = error_of(problem);
  EXPECT_THAT(text, testing::HasSubstr("the parameters are degenerate"));
  EXPECT_THAT(text, testing::HasSubstr("fluence"));
  EXPECT_THAT(text, testing::HasSubstr("·F("));
}

TEST(RefineAmplitudes, RefusesAmplitudesThatNoPixelTells) {
  Problem problem = problem_of(small_truth(), small_truth(), {}, 1);
  problem.options.method = refine::Method::lbfgs;
  problem.amplitudes = refine::Amplitudes::refined;
  problem.reflections = {{999, 0, 0}};
  EXPECT_THAT(error_of(problem), testing::HasSubstr("unknown parameter 'F(999,0,0)'"));
  // Far beyond the corners of the detector.
  problem.reflections = {small_truth().structure_factors->box().max};
  EXPECT_THAT(error_of(problem), testing::HasSubstr("has no effect"));
  const auto all = [&] {
    problem.reflections.clear();
    return refine::refine(problem).amplitudes;
  }();
  problem.reflections = {all[0].index, all[0].index};
  EXPECT_THAT(error_of(problem), testing::HasSubstr("named twice"));
}

TEST(RefineAmplitudes, AreTooManyForAMatrix) {
  // A thousand reflections in the pixels.
  const double right = constants::kPi / 2;
  ExperimentParts large = refinable_experiment({120, 120, 120, right, right, right});
  large.structure_factors = random_amplitudes(30, 0.0, 5);
  Problem problem = problem_of(large.build(), large.build(), {}, 1);
  problem.amplitudes = refine::Amplitudes::refined;
  EXPECT_THAT(error_of(problem), testing::HasSubstr("too many for a matrix"));
}

}  // namespace
}  // namespace nanobragg::test
