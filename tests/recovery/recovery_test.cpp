// The recovery table: from noisy images and wrong starts, the truth within the promised limits.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/random/counter.hpp"
#include "support/refinement.hpp"

namespace nanobragg::test {
namespace {

constexpr double kDegree = 1.0 / constants::kDegreesPerRadian;

double off(const Experiment& truth, const refine::Result& result, const std::string& name) {
  return std::abs(refined_value(result, name) - value_of(truth, name));
}

void expect_cell_recovered(const Experiment& truth, const refine::Result& result) {
  double edges = 0.0;
  for (const char* name : {"cell_a", "cell_b", "cell_c"}) edges += off(truth, result, name);
  EXPECT_LT(edges, 0.025);
  for (const char* name : {"cell_alpha", "cell_beta", "cell_gamma"}) {
    EXPECT_LT(off(truth, result, name), 0.025) << name;
  }
}

void expect_crystal_recovered(const Experiment& truth, const refine::Result& result) {
  EXPECT_EQ(result.outcome, refine::Outcome::converged) << result.why;
  expect_cell_recovered(truth, result);
  for (const char* name : {"misset_x", "misset_y", "misset_z"}) {
    EXPECT_LT(off(truth, result, name), 0.005) << name;
  }
  for (const char* name : {"Na", "Nb", "Nc"}) EXPECT_LT(off(truth, result, name), 0.2) << name;
  EXPECT_NEAR(refined_value(result, "fluence") / value_of(truth, "fluence"), 1.0, 0.01);
  EXPECT_NEAR(result.after.reduced_chi_squared, 1.0, 0.05);
}

// Crystal, size and scale at once.
refine::Result refine_crystal(const Experiment& truth, const std::vector<Setting>& cell) {
  std::vector<Setting> start{{"misset_x", value_of(truth, "misset_x") + 0.15},
                             {"misset_y", value_of(truth, "misset_y") - 0.15},
                             {"misset_z", value_of(truth, "misset_z") + 0.15},
                             {"Na", 12},
                             {"Nb", 12},
                             {"Nc", 12},
                             {"fluence", 10.0 * value_of(truth, "fluence")}};
  start.insert(start.end(), cell.begin(), cell.end());
  return refine::refine(problem_of(truth, with(truth, start), {"cell", "misset", "N", "scale"}, 1));
}

TEST(Recovery, OfATriclinicCrystal) {
  const Experiment truth = refinable_experiment().build();
  expect_crystal_recovered(truth, refine_crystal(truth, {{"cell_a", 40.15},
                                                         {"cell_b", 49.9},
                                                         {"cell_c", 60.2},
                                                         {"cell_alpha", 80.1},
                                                         {"cell_beta", 84.9},
                                                         {"cell_gamma", 95.1}}));
}

TEST(Recovery, OfACubicCrystal) {
  const double right = constants::kPi / 2;
  const Experiment truth = refinable_experiment({50, 50, 50, right, right, right}).build();
  const auto result =
      refine_crystal(truth, {{"cell_a", 50.15}, {"cell_b", 50.15}, {"cell_c", 50.15}});
  EXPECT_EQ(result.system, refine::CrystalSystem::cubic);
  expect_crystal_recovered(truth, result);
}

TEST(Recovery, OfARhombohedralCrystal) {
  const double angle = 75 * kDegree;
  const Experiment truth = refinable_experiment({50, 50, 50, angle, angle, angle}).build();
  const auto result = refine_crystal(truth, {{"cell_a", 50.1},
                                             {"cell_b", 50.1},
                                             {"cell_c", 50.1},
                                             {"cell_alpha", 75.1},
                                             {"cell_beta", 75.1},
                                             {"cell_gamma", 75.1}});
  EXPECT_EQ(result.system, refine::CrystalSystem::trigonal);
  expect_crystal_recovered(truth, result);
}

// The other systems, with the setting that each has.
struct OtherSystem {
  refine::CrystalSystem system;
  CellParameters<double> cell;  // Å, degrees
};

class RecoveryOfSystem : public testing::TestWithParam<OtherSystem> {};

TEST_P(RecoveryOfSystem, CrystalSizeAndScale) {
  auto cell = GetParam().cell;
  for (double* angle : {&cell.alpha, &cell.beta, &cell.gamma}) *angle *= kDegree;
  const Experiment truth = refinable_experiment(cell).build();
  const bool ab = cell.a == cell.b;
  std::vector<Setting> off{
      {"cell_a", cell.a + 0.1}, {"cell_b", cell.b + (ab ? 0.1 : -0.1)}, {"cell_c", cell.c + 0.15}};
  if (GetParam().system == refine::CrystalSystem::monoclinic) {
    off.push_back({"cell_beta", GetParam().cell.beta - 0.1});
  }
  const auto result = refine_crystal(truth, off);
  EXPECT_EQ(result.system, GetParam().system);
  expect_crystal_recovered(truth, result);
}

INSTANTIATE_TEST_SUITE_P(
    All, RecoveryOfSystem,
    testing::Values(OtherSystem{refine::CrystalSystem::monoclinic, {40, 50, 60, 90, 105, 90}},
                    OtherSystem{refine::CrystalSystem::orthorhombic, {40, 50, 60, 90, 90, 90}},
                    OtherSystem{refine::CrystalSystem::tetragonal, {50, 50, 60, 90, 90, 90}},
                    OtherSystem{refine::CrystalSystem::hexagonal, {50, 50, 60, 90, 90, 120}}));

class RecoveryOfDistance : public testing::TestWithParam<double> {};

// Two-sided.
TEST_P(RecoveryOfDistance, AndBeamCentre) {
  const Experiment truth = refinable_experiment().build();
  const double pixel = value_of(truth, "pixel_size");
  const Experiment start = with(truth, {{"distance", value_of(truth, "distance") + GetParam()},
                                        {"beam_fast", value_of(truth, "beam_fast") + pixel},
                                        {"beam_slow", value_of(truth, "beam_slow") - pixel},
                                        {"misset_x", value_of(truth, "misset_x") + 0.05},
                                        {"fluence", 2.0 * value_of(truth, "fluence")}});
  const auto result =
      refine::refine(problem_of(truth, start, {"distance", "beam_centre", "misset", "scale"}, 2));
  EXPECT_EQ(result.outcome, refine::Outcome::converged) << result.why;
  EXPECT_LT(off(truth, result, "distance"), 0.2);
  EXPECT_LT(off(truth, result, "beam_fast"), 0.1 * pixel);
  EXPECT_LT(off(truth, result, "beam_slow"), 0.1 * pixel);
  EXPECT_LT(off(truth, result, "misset_x"), 0.005);
}

INSTANTIATE_TEST_SUITE_P(FromBothSides, RecoveryOfDistance, testing::Values(1.0, -1.0));

TEST(Recovery, OfMosaicSpread) {
  ExperimentParts parts = refinable_experiment();
  parts.crystal.mosaicity = {Radian(0.3 * kDegree), 8, 7};
  parts.panel.shape = {128, 128};
  parts.spindle.oscillation = {4, 0.5 * kDegree, {}};
  const Experiment truth = parts.build();
  for (const double factor : {0.6, 1.5}) {
    const Experiment start = with(truth, {{"mosaic_spread", 0.3 * factor}});
    const auto result =
        refine::refine(problem_of(truth, start, {"mosaic_spread", "misset", "scale"}, 3));
    EXPECT_NEAR(refined_value(result, "mosaic_spread"), 0.3, 0.05 * 0.3) << factor;
  }
}

TEST(Recovery, OfAmplitudes) {
  const Experiment truth = refinable_experiment().build();
  Experiment start = truth;
  const StructureFactors& factors = *truth.structure_factors;
  std::vector<double> table(factors.table().begin(), factors.table().end());
  for (std::size_t i = 0; i < table.size(); ++i) {
    table[i] *= 1.0 + 0.4 * std::sqrt(3.0) * (uniform_at(21, i) - 0.5);
  }
  start.structure_factors = std::make_shared<const StructureFactors>(
      StructureFactors::from_table(factors.box(), table, factors.default_amplitude()));
  refine::Problem problem = problem_of(truth, start, {}, 4);
  problem.amplitudes = refine::Amplitudes::refined;
  problem.options.method = refine::Method::lbfgs;
  const auto result = refine::refine(problem);
  ASSERT_GT(result.amplitudes.size(), 30U);
  double before = 0.0, after = 0.0, sum = 0.0, deviations = 0.0;
  std::size_t measured = 0;
  for (const refine::RefinedAmplitude& f : result.amplitudes) {
    // Those with more noise than that say nothing about the method.
    if (f.uncertainty > 0.03 * f.value) continue;
    ++measured;
    const double wanted = factors.at(f.index);
    before += std::abs(f.start - wanted);
    after += std::abs(f.value - wanted);
    sum += wanted;
    deviations += std::pow((f.value - wanted) / f.uncertainty, 2);
  }
  EXPECT_GT(measured, 20U);
  EXPECT_NEAR(deviations / static_cast<double>(measured), 1.0, 0.5);
  EXPECT_GT(before / sum, 0.1);
  EXPECT_LT(after / sum, 0.04);
}

// (estimate − truth)/σ over many images: unit variance for each parameter.
TEST(Recovery, HasTheUncertaintiesThatItSays) {
  ExperimentParts parts = refinable_experiment();
  parts.panel.shape = {128, 128};
  parts.spindle.oscillation = {4, 0.5 * kDegree, {}};
  const Experiment truth = parts.build();
  const std::vector<std::string> names{"cell_a", "misset_x", "misset_z",
                                       "Na",     "fluence",  "beam_fast"};
  constexpr int kSeeds = 100;
  std::vector<double> squares(names.size()), sums(names.size());
  for (int seed = 1; seed <= kSeeds; ++seed) {
    const auto result = refine::refine(problem_of(truth, truth, names, 100 + seed));
    for (std::size_t i = 0; i < names.size(); ++i) {
      const double z = (refined_value(result, names[i]) - value_of(truth, names[i])) /
                       uncertainty_of(result, names[i]);
      squares[i] += z * z;
      sums[i] += z;
    }
  }
  // A variance of one parameter from 100 images has itself a standard deviation of 14 %; the mean
  // over the parameters has less.
  const double all = std::accumulate(squares.begin(), squares.end(), 0.0) /
                     static_cast<double>(squares.size()) / kSeeds;
  EXPECT_NEAR(all, 1.0, 0.2);
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_NEAR(squares[i] / kSeeds, 1.0, 0.45) << names[i];
    EXPECT_NEAR(sums[i] / kSeeds, 0.0, 0.35) << names[i];
    std::printf("%-10s variance %.3f mean %+.3f\n", names[i].c_str(), squares[i] / kSeeds,
                sums[i] / kSeeds);
  }
}

}  // namespace
}  // namespace nanobragg::test
