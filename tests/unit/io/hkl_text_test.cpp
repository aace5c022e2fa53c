// Reflection lists: what each layout makes of good, odd and bad text.
#include "nanobragg/io/reflections/hkl_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nanobragg/base/error.hpp"

namespace nanobragg::io {
namespace {

using enum HklLayout;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StrEq;
using testing::ThrowsMessage;

const std::string kInputs = NANOBRAGG_TEST_DATA "/golden/inputs/";

HklText parse(std::string_view text, HklLayout layout = lines) {
  return parse_hkl_text(text, "f.hkl", layout);
}

void expect_error(std::string_view text, const std::string& message, HklLayout layout = lines) {
  EXPECT_THAT([&] { parse(text, layout); }, ThrowsMessage<Error>(StrEq(message))) << text;
}

TEST(HklLines, ReadsOneReflectionALine) {
  const HklText text = parse(" 1 -2 3 4.5\n-7 +8 9 1e2\r\n0 0 0 .5");
  ASSERT_EQ(text.reflections.size(), 3U);
  EXPECT_EQ(text.reflections[0].index, (MillerIndex{1, -2, 3}));
  EXPECT_EQ(text.reflections[0].amplitude, 4.5);
  EXPECT_EQ(text.reflections[1].index, (MillerIndex{-7, 8, 9}));
  EXPECT_EQ(text.reflections[1].amplitude, 100.0);
  EXPECT_EQ(text.reflections[2].amplitude, 0.5);
  EXPECT_EQ(text.box.min, (MillerIndex{-7, -2, 0}));
  EXPECT_EQ(text.box.max, (MillerIndex{1, 8, 9}));
  EXPECT_THAT(text.warnings, IsEmpty());
  EXPECT_FALSE(text.has_further_text);
  EXPECT_FALSE(text.has_fractional_indices);
}

TEST(HklLines, SkipsCommentsBlankLinesAndFurtherColumns) {
  for (const auto* odd : {"# note\n1 0 0 5\n", "! note\n1 0 0 5\n", "1 0 0 5 # note\n",
                          "1 0 0 5 0.3 180\n", "\n  # 1 2\n\n1 0 0 5 x\n"}) {
    const HklText text = parse(odd);
    ASSERT_EQ(text.reflections.size(), 1U) << odd;
    EXPECT_EQ(text.reflections[0].amplitude, 5.0) << odd;
    EXPECT_TRUE(text.has_further_text) << odd;
  }
  EXPECT_FALSE(parse("\n \n1 0 0 5\n\n").has_further_text);
}

TEST(HklLines, DropsFractionalIndicesWithAWarning) {
  const HklText text = parse("1 0 0 5\n\n1.5 0 0 6\n2 0 0 7\n");
  ASSERT_EQ(text.reflections.size(), 2U);
  EXPECT_EQ(text.reflections[1].amplitude, 7.0);
  EXPECT_THAT(text.warnings,
              ElementsAre("f.hkl:3: reflection dropped (Miller index 1.5 is not an integer)"));
  EXPECT_TRUE(text.has_fractional_indices);
}

TEST(HklLines, TakesIntegersWrittenWithAPointButSaysSo) {
  const HklText text = parse("1.0 2e1 -0.0 5\n");
  ASSERT_EQ(text.reflections.size(), 1U);
  EXPECT_EQ(text.reflections[0].index, (MillerIndex{1, 20, 0}));
  EXPECT_TRUE(text.has_fractional_indices);
  EXPECT_THAT(text.warnings, IsEmpty());
}

TEST(HklLines, CountsWarningsBeyondAHandful) {
  std::string text = "1 0 0 5\n";
  for (int i = 0; i < 25; ++i) text += "0.5 0 0 1\n";
  const auto warnings = parse(text).warnings;
  ASSERT_EQ(warnings.size(), 11U);
  EXPECT_EQ(warnings.back(), "f.hkl: 15 more warnings like these");
}

TEST(HklLines, NamesTheLineOfAWrongRow) {
  expect_error("1 0 0 5\n1 2 3\n", "f.hkl:2: expected 4 numbers, found 3");
  expect_error("1 0 0 # 5\n", "f.hkl:1: expected 4 numbers, found 3");
  expect_error("1 0 0 5\n\n1 two 3 4\n", "f.hkl:3: expected 4 numbers, found 1 (then 'two')");
  expect_error("1,0,0,5\n", "f.hkl:1: expected 4 numbers, found 0 (then '1,0,0,5')");
  expect_error("1 0 0 5x\n", "f.hkl:1: expected 4 numbers, found 3 (then '5x')");
  expect_error("1 0 0 0x10\n", "f.hkl:1: expected 4 numbers, found 3 (then '0x10')");
}

TEST(HklLines, RefusesWhatIsNoNumberOfThisKind) {
  expect_error("1 0 0 nan\n", "f.hkl:1: amplitude nan is not finite");
  expect_error("1 0 0 -inf\n", "f.hkl:1: amplitude -inf is not finite");
  expect_error("1 0 0 1e999\n", "f.hkl:1: amplitude inf is not finite");
  expect_error("1 0 nan 1\n", "f.hkl:1: Miller index nan does not fit in 32 bits");
  expect_error("2147483648 0 0 1\n", "f.hkl:1: Miller index 2147483648 does not fit in 32 bits");
  EXPECT_EQ(parse("-2147483648 2147483647 0 1\n").box.min.h, -2147483647 - 1);
}

TEST(HklLines, RefusesATextWithoutReflections) {
  expect_error("", "f.hkl: no reflections");
  expect_error("\n# nothing\n", "f.hkl: no reflections");
  expect_error("0.5 0 0 1\n", "f.hkl: no reflections");
}

TEST(HklGroups, IgnoresLines) {
  const HklText text = parse("1 2\n3 4 5 6\n\n7 8", groups_of_four);
  ASSERT_EQ(text.reflections.size(), 2U);
  EXPECT_EQ(text.reflections[1].index, (MillerIndex{5, 6, 7}));
  EXPECT_EQ(text.reflections[1].amplitude, 8.0);
  EXPECT_EQ(text.box.max, (MillerIndex{5, 6, 7}));
  EXPECT_THAT(text.warnings, IsEmpty());
}

TEST(HklGroups, AFractionEndsTheSecondPassButNotTheBox) {
  const HklText text = read_hkl_text(kInputs + "fractional.hkl", groups_of_four);
  ASSERT_EQ(text.reflections.size(), 1U);
  EXPECT_EQ(text.reflections[0].amplitude, 100.0);
  EXPECT_EQ(text.box.min, (MillerIndex{-2, 0, 0}));
  EXPECT_EQ(text.box.max, (MillerIndex{1, 0, 1}));
  EXPECT_TRUE(text.has_fractional_indices);
  EXPECT_THAT(text.warnings, ElementsAre(HasSubstr("fractional.hkl:2: Miller index 1.5"),
                                         HasSubstr("stopped after 1 of 3")));
}

TEST(HklGroups, CutsTheBoxTowardsZero) {
  const HklText text = parse("-1.5 0.5 -0.5 1", groups_of_four);
  EXPECT_EQ(text.box.min, (MillerIndex{-1, 0, 0}));
  EXPECT_EQ(text.box.max, (MillerIndex{-1, 0, 0}));
  EXPECT_THAT(text.reflections, IsEmpty());
}

TEST(HklGroups, AFractionInTheThirdColumnBecomesTheAmplitude) {
  // Read as 0 0 1 with amplitude .5, then 50 as an index, 1 0 as the others and 0 as an amplitude.
  const HklText text = parse("0 0 1.5 50\n1 0 0 2\n60 60 60 9\n", groups_of_four);
  ASSERT_EQ(text.reflections.size(), 3U);
  EXPECT_EQ(text.reflections[0].amplitude, 0.5);
  EXPECT_EQ(text.reflections[1].index, (MillerIndex{50, 1, 0}));
  EXPECT_EQ(text.reflections[1].amplitude, 0.0);
  EXPECT_EQ(text.reflections[2].index, (MillerIndex{2, 60, 60}));
  EXPECT_EQ(text.reflections[2].amplitude, 60.0);
}

TEST(HklGroups, AFifthColumnShiftsEverything) {
  const HklText text = parse("1 0 0 5 9\n2 0 0 6 9\n", groups_of_four);
  ASSERT_EQ(text.reflections.size(), 2U);
  EXPECT_EQ(text.reflections[1].index, (MillerIndex{9, 2, 0}));
  EXPECT_TRUE(text.has_further_text);
}

TEST(HklGroups, WithoutFurtherColumnsStillMisreadFractions) {
  const std::string list = "# h k l F sigma\n1 0 0 5 9\n2 0 0 6 # twice\n1.5 0 0 7 1\n3 0 0 8\n";
  const HklText text = parse(list, HklLayout::groups_of_columns);
  ASSERT_EQ(text.reflections.size(), 2U);
  EXPECT_EQ(text.reflections[1].index, (MillerIndex{2, 0, 0}));
  EXPECT_TRUE(text.has_fractional_indices);
  EXPECT_THAT(text.warnings, ElementsAre(HasSubstr("f.hkl:4: Miller index 1.5"),
                                         HasSubstr("stopped after 2 of 4")));
}

TEST(HklGroups, OfIntegersDropFractionsAndNothingElse) {
  const HklText text = parse("1 0 0 5 9\n2 0 0 6 9\n", HklLayout::groups_of_integers);
  ASSERT_EQ(text.reflections.size(), 2U);
  EXPECT_EQ(text.reflections[1].index, (MillerIndex{9, 2, 0}));
  const HklText some = parse("1.5 0 0 5\n2 0 0 6\n", HklLayout::groups_of_integers);
  ASSERT_EQ(some.reflections.size(), 1U);
  EXPECT_EQ(some.box.min, (MillerIndex{2, 0, 0}));
  EXPECT_THAT(some.warnings, ElementsAre(HasSubstr("Miller index 1.5")));
}

TEST(HklGroups, AWordEndsBothPasses) {
  const HklText text = parse("1 0 0 5\n# 2 0 0 6\n3 0 0 7\n", groups_of_four);
  EXPECT_EQ(text.reflections.size(), 1U);
  EXPECT_EQ(text.box.max.h, 1);
  EXPECT_THAT(text.warnings, ElementsAre("f.hkl:2: reading stopped (fewer than four numbers)"));
}

TEST(HklGroups, RefusesWhatTheReferenceWouldWriteOutsideItsTable) {
  expect_error("0 0 1.5 50\n0 0 0 2\n",
               "f.hkl:2: Miller index 50 0 0 lies outside the table: write the indices as integers",
               groups_of_four);
  expect_error("3e9 0 0 5", "f.hkl:1: Miller index 3000000000 does not fit in 32 bits",
               groups_of_four);
  expect_error("1 0 0 inf", "f.hkl:1: amplitude inf is not finite", groups_of_four);
  expect_error("", "f.hkl: no reflections", groups_of_four);
  expect_error("h k l F\n1 0 0 5", "f.hkl: no reflections", groups_of_four);
}

TEST(HklText, BothLayoutsAgreeOnPlainFiles) {
  for (const auto* name : {"few.hkl", "ortho.hkl", "sparse.hkl", "tetragonal.hkl"}) {
    const HklText by_lines = read_hkl_text(kInputs + name, lines);
    const HklText by_groups = read_hkl_text(kInputs + name, groups_of_four);
    ASSERT_EQ(by_lines.reflections.size(), by_groups.reflections.size()) << name;
    for (std::size_t i = 0; i < by_lines.reflections.size(); ++i) {
      EXPECT_EQ(by_lines.reflections[i].index, by_groups.reflections[i].index);
      EXPECT_EQ(by_lines.reflections[i].amplitude, by_groups.reflections[i].amplitude);
    }
    EXPECT_EQ(by_lines.box.min, by_groups.box.min);
    EXPECT_EQ(by_lines.box.max, by_groups.box.max);
    EXPECT_FALSE(by_lines.has_further_text || by_groups.has_further_text) << name;
  }
}

TEST(HklText, AGridThatDoesNotFitIsRefusedWithItsSize) {
  const HklText text = parse("-2000000000 0 0 1\n2000000000 2000000000 2000000000 1\n");
  EXPECT_THAT([&] { StructureFactors::from_reflections(text.reflections, text.box, 0.0); },
              ThrowsMessage<Error>(HasSubstr("GB")));
}

}  // namespace
}  // namespace nanobragg::io
