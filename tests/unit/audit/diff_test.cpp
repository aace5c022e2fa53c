// Classes, order, origins and the measure of differences.
#include "nanobragg/audit/diff.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "nanobragg/base/error.hpp"

namespace nanobragg::audit {
namespace {

using testing::ElementsAre;

Comparison compared(const std::string& a, const std::string& b, double tolerance_rel = 1e-6) {
  return compare(parse_trace(a, "A"), parse_trace(b, "B"), same_for_all(tolerance_rel));
}

Agreement class_of(const std::string& a, const std::string& b) {
  return compared("TRACE_C: " + a + "\n", "TRACE_C: " + b + "\n").rows.front().agreement;
}

std::string first_of(const Comparison& comparison) {
  if (!comparison.first_divergence) return "none";
  const Difference& row = comparison.rows[*comparison.first_divergence];
  return describe(row.key, row.at);
}

TEST(CompareTraces, ClassifiesByRelativeDifference) {
  EXPECT_EQ(class_of("F_cell 100", "F_cell 100"), Agreement::match);
  EXPECT_EQ(class_of("F_cell 100", "F_cell 100.00009"), Agreement::match);
  EXPECT_EQ(class_of("F_cell 100", "F_cell 100.009"), Agreement::minor);
  EXPECT_EQ(class_of("F_cell 100", "F_cell 100.9"), Agreement::divergent);
  EXPECT_EQ(class_of("F_cell 100", "F_cell 102"), Agreement::critical);
  EXPECT_EQ(class_of("F_cell 0", "F_cell -0"), Agreement::match);
  EXPECT_EQ(class_of("F_cell nan", "F_cell nan"), Agreement::match);
  EXPECT_EQ(class_of("F_cell inf", "F_cell inf"), Agreement::match);
  EXPECT_EQ(class_of("F_cell nan", "F_cell 1"), Agreement::critical);
  EXPECT_EQ(class_of("hkl_frac 1.5 nan inf", "hkl_frac 1.5 nan inf"), Agreement::match);
  EXPECT_EQ(class_of("hkl_frac 1.5 nan inf", "hkl_frac 1.5 nan -inf"), Agreement::critical);
}

TEST(CompareTraces, AgreesWithinHalfOfTheLastDigitThatIsPrinted) {
  const std::string full = "TRACE_C: F_latt 12.3456789012345\nTRACE_C: polar 0.987654321098765\n";
  EXPECT_TRUE(compared(full, "TRACE_C: F_latt 12.3457\nTRACE_C: polar 0.987654\n", 0.0).matches());
  EXPECT_FALSE(compared(full, "TRACE_C: F_latt 12.3458\nTRACE_C: polar 0.987654\n", 0.0).matches());
}

TEST(CompareTraces, TakesCountsAndNearestIntegersExactly) {
  EXPECT_EQ(class_of("steps 100000000", "steps 100000001"), Agreement::critical);
  EXPECT_EQ(class_of("hkl_rounded 1000 0 0", "hkl_rounded 1000 0 1"), Agreement::critical);
  EXPECT_EQ(class_of("steps 10", "steps 10.0"), Agreement::match);
}

TEST(CompareTraces, MeasuresVectorsByLength) {
  const Comparison comparison =
      compared("TRACE_C: pixel_pos_meters 3 4 1e-9\n", "TRACE_C: pixel_pos_meters 3 4.03 2e-9\n");
  const Difference& row = comparison.rows.front();
  EXPECT_NEAR(row.absolute, 0.03, 1e-12);
  EXPECT_NEAR(row.relative, 0.03 / std::hypot(3, 4.03), 1e-12);
  EXPECT_EQ(component_differences(row).size(), 3U);
  EXPECT_NEAR(component_differences(row)[1], 0.03, 1e-12);
}

TEST(CompareTraces, MeasuresHugeAndTinyVectors) {
  EXPECT_EQ(class_of("pixel_pos_meters 1e300 1e300 0", "pixel_pos_meters 1e300 1.001e300 0"),
            Agreement::divergent);
  EXPECT_EQ(class_of("pixel_pos_meters 1e-300 1e-300 0", "pixel_pos_meters 1e-300 1.001e-300 0"),
            Agreement::divergent);
}

TEST(CompareTraces, MeasuresIndicesAndAnglesByTheirNaturalScale) {
  // Near the origin, 1e-7 of an index is nothing, however large it is relative to the index.
  EXPECT_EQ(class_of("hkl_frac 1e-7 0 0", "hkl_frac 2e-7 0 0"), Agreement::match);
  EXPECT_TRUE(compared("TRACE_C_PHI phi_tic=0 phi_deg=0\n", "TRACE_C_PHI phi_tic=0 phi_deg=1e-9\n")
                  .matches());
}

TEST(CompareTraces, ComparesLabelledNumbersOneByOne) {
  // Beside a pixel of 0.6 mm, a beam centre of 15 um must not drown.
  const Comparison comparison = compared("TRACE_C:beam_center_m=X:1.5e-05 Y:1e-05 pixel_mm:0.6\n",
                                         "TRACE_C:beam_center_m=X:1.6e-05 Y:1e-05 pixel_mm:0.6\n");
  EXPECT_EQ(comparison.rows.front().agreement, Agreement::critical);
  EXPECT_EQ(compared("TRACE_C:beam_center_m=X:1 Y:1 pixel_mm:1\n",
                     "TRACE_C:beam_center_m=Xclose:1 Yclose:1 pixel_mm:1\n")
                .rows.front()
                .agreement,
            Agreement::critical);
}

TEST(CompareTraces, NamesTheFirstInTheComputationNotTheLargestNorTheFirstPrinted) {
  const Comparison comparison =
      compared("TRACE_C: I_pixel_final 1\nTRACE_C: hkl_frac 1 2 3\nTRACE_C: F_latt 5\n",
               "TRACE_PY: F_latt 50\nTRACE_PY: I_pixel_final 9\nTRACE_PY: hkl_frac 1 2 3.001\n");
  EXPECT_EQ(first_of(comparison), "hkl_frac");
  EXPECT_EQ(comparison.num_divergent(), 3U);
}

TEST(CompareTraces, TellsOriginsFromConsequences) {
  const Comparison comparison = compared(
      "TRACE_C: pixel_pos_meters 0 0 1\nTRACE_C: R_distance_meters 1\nTRACE_C: polar 0.5\n"
      "TRACE_C: I_pixel_final 1\n",
      "TRACE_C: pixel_pos_meters 0 0 2\nTRACE_C: R_distance_meters 2\nTRACE_C: polar 0.6\n"
      "TRACE_C: I_pixel_final 2\n");
  std::vector<std::string> origins;
  for (const Difference& row : comparison.rows) {
    if (row.cause == Cause::origin) origins.push_back(row.key);
  }
  EXPECT_THAT(origins, ElementsAre("pixel_pos_meters", "polar"));
}

TEST(CompareTraces, ComparesSpindleStepsByTheirIndex) {
  const Comparison comparison = compared(
      "TRACE_C_PHI phi_tic=0 k_frac=1 F_latt=5\nTRACE_C_PHI phi_tic=1 k_frac=2 F_latt=6\n",
      "TRACE_C_PHI phi_tic=1 k_frac=2 F_latt=7\nTRACE_C_PHI phi_tic=0 k_frac=1 F_latt=5\n");
  EXPECT_EQ(first_of(comparison), "F_latt (phi step 1)");
  EXPECT_EQ(comparison.num_divergent(), 1U);
}

TEST(CompareTraces, FollowsStepsOneAfterTheOther) {
  // All keys of step 0 come before any of step 1.
  const Comparison comparison = compared(
      "TRACE_C_PHI phi_tic=0 k_frac=1 F_latt=5\nTRACE_C_PHI phi_tic=1 k_frac=2 F_latt=6\n",
      "TRACE_C_PHI phi_tic=0 k_frac=1 F_latt=4\nTRACE_C_PHI phi_tic=1 k_frac=3 F_latt=6\n");
  EXPECT_EQ(first_of(comparison), "F_latt (phi step 0)");
}

TEST(CompareTraces, ReportsMissingKeysButDoesNotDivergeByThem) {
  const Comparison comparison =
      compared("TRACE_C: F_cell 1\nTRACE_C: polar 1\n", "TRACE_PY: F_cell 1\n");
  EXPECT_TRUE(comparison.matches());
  EXPECT_EQ(comparison.count(Agreement::missing), 1U);
  EXPECT_EQ(comparison.num_compared(), 1U);
}

TEST(CompareTraces, DivergesByAMissingSpindleStep) {
  const Comparison comparison =
      compared("TRACE_C_PHI phi_tic=0 k_frac=1\nTRACE_C_PHI phi_tic=1 k_frac=2\n",
               "TRACE_C_PHI phi_tic=0 k_frac=1\n");
  EXPECT_EQ(first_of(comparison), "k_frac (phi step 1)");
}

TEST(CompareTraces, RefusesTracesThatCannotBeCompared) {
  EXPECT_THROW(compared("TRACE_C: F_cell 1\n", "TRACE_C: polar 1\n"), Error);
  const std::string pixel = "tracing pixel (spixel=1, fpixel=";
  EXPECT_THROW(compared(pixel + "2)\nTRACE_C: F_cell 1\n", pixel + "3)\nTRACE_C: F_cell 1\n"),
               Error);
}

TEST(Chain, NamesEveryKeyOnceAndDependsOnEarlierKeys) {
  const auto keys = chain();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    EXPECT_EQ(position_in_chain(keys[i].name), i);
    EXPECT_GE(keys[i].stage, keys[i == 0 ? 0 : i - 1].stage) << keys[i].name;
    std::istringstream parents{std::string(keys[i].depends_on)};
    for (std::string parent; parents >> parent;) {
      const auto position = position_in_chain(parent);
      ASSERT_TRUE(position) << parent;
      EXPECT_LT(*position, i) << keys[i].name << " depends on " << parent;
    }
  }
}

TEST(CompareTraces, AllowLatticeFactorsMoreInSinglePrecision) {
  const auto within = [](const char* key, double relative) {
    const auto text = [&](double x) { return fmt::format("TRACE_C: {} {:.15g}\n", key, x); };
    return compare(parse_trace(text(1.0), "A"), parse_trace(text(1.0 + relative), "B"),
                   kSinglePrecision)
        .matches();
  };
  for (const char* key : {"F_latt_a", "F_latt", "I_before_scaling", "I_pixel_final"}) {
    EXPECT_TRUE(within(key, 3.9e-3)) << key;
    EXPECT_FALSE(within(key, 4.1e-3)) << key;
  }
  for (const char* key : {"R_distance_meters", "F_cell", "polar", "omega_pixel"}) {
    EXPECT_TRUE(within(key, 3.9e-6)) << key;
    EXPECT_FALSE(within(key, 4.1e-6)) << key;
  }
}

}  // namespace
}  // namespace nanobragg::audit
