// The product of the last step: which factor explains a ratio, and factors that are carried twice.
#include "nanobragg/audit/factors.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nanobragg::audit {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

struct Numbers {
  double intensity = 1000.0;
  double steps = 10.0;
  double polar = 0.5;
  double final = 2.0 * 1000.0 / 10.0 * 0.5 * 0.25;
  int oversample_polar = 0;
};

Document trace_of(const Numbers& n, const std::string& name) {
  return parse_trace(
      fmt::format("TRACE_C: I_before_scaling {}\nTRACE_C: r_e_sqr 1\n"
                  "TRACE_C: fluence_photons_per_m2 2\nTRACE_C: steps {}\n"
                  "TRACE_C: oversample_polar {}\nTRACE_C: capture_fraction 1\n"
                  "TRACE_C: polar {}\nTRACE_C: omega_pixel 0.25\nTRACE_C: I_pixel_final {}\n",
                  n.intensity, n.steps, n.oversample_polar, n.polar, n.final),
      name);
}

TEST(CompareFactors, NamesTheFactorThatExplainsTheRatio) {
  const auto report =
      compare_factors(trace_of({}, "A"), trace_of({.polar = 0.6, .final = 30.0}, "B"));
  ASSERT_TRUE(report);
  EXPECT_DOUBLE_EQ(report->final_ratio, 1.2);
  EXPECT_DOUBLE_EQ(report->product_ratio, 1.2);
  EXPECT_DOUBLE_EQ(report->closure_a, 1.0);
  EXPECT_EQ(report->explained_by, "polar");
}

TEST(CompareFactors, DividesBySteps) {
  const auto report =
      compare_factors(trace_of({}, "A"), trace_of({.steps = 20, .final = 12.5}, "B"));
  EXPECT_EQ(report->explained_by, "steps");
  EXPECT_DOUBLE_EQ(report->product_ratio, 0.5);
}

TEST(CompareFactors, LeavesOutWhatWasMovedIntoTheSum) {
  const Document moved = trace_of({.final = 50.0, .oversample_polar = 1}, "A");
  EXPECT_DOUBLE_EQ(compare_factors(moved, moved)->closure_a, 1.0);
  EXPECT_FALSE(left_out_factor(moved));
}

TEST(CompareFactors, HasNothingToSayWithoutAFinalValue) {
  const Document document = parse_trace("TRACE_C: polar 1\n", "A");
  EXPECT_FALSE(compare_factors(document, document));
  EXPECT_FALSE(left_out_factor(document));
}

TEST(Contradiction, NamesTheFactorThatIsAppliedOtherwiseThanStated) {
  EXPECT_FALSE(contradiction(trace_of({}, "B")));
  EXPECT_THAT(contradiction(trace_of({.final = 12.5}, "B")).value_or(""),
              AllOf(HasSubstr("is 0.5 times the product of the factors that it states, as if"),
                    HasSubstr("polar twice")));
  EXPECT_THAT(contradiction(trace_of({.final = 50.0}, "B")).value_or(""),
              HasSubstr("polar not at all"));
  EXPECT_THAT(contradiction(trace_of({.final = 17.0}, "B")).value_or(""),
              HasSubstr("is 0.68 times the product"));
  EXPECT_FALSE(contradiction(parse_trace("TRACE_C: I_pixel_final 5\n", "B")));
}

TEST(SettleCarriedFactors, TakesOutWhatTheIntensityCarriesAlready) {
  const auto pair = settle_carried_factors(trace_of({}, "A"), trace_of({.intensity = 500.0}, "B"));
  EXPECT_THAT(pair.b.find("I_before_scaling")->numbers, ElementsAre(1000.0));
  EXPECT_THAT(pair.notes, ElementsAre(HasSubstr("carries polar already")));
}

TEST(SettleCarriedFactors, KeepsTheIntensityWhereTheLastStepLeavesAFactorOut) {
  const auto pair = settle_carried_factors(trace_of({}, "A"), trace_of({.final = 50.0}, "B"));
  EXPECT_THAT(pair.b.find("I_before_scaling")->numbers, ElementsAre(1000.0));
  EXPECT_THAT(pair.notes, ElementsAre(HasSubstr("without polar")));
}

}  // namespace
}  // namespace nanobragg::audit
