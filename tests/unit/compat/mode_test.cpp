// The words of -compat: bases, single quirks, and what they are written as.
#include "nanobragg/compat/mode.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nanobragg/base/error.hpp"

namespace nanobragg::compat {
namespace {

using testing::HasSubstr;

Mode parsed(std::string_view text) { return parse_mode(text, "flag '-compat'", "run.toml:3"); }

void expect_refused(std::string_view text, const std::string& problem) {
  try {
    parsed(text);
    ADD_FAILURE() << text;
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("run.toml:3"));
    EXPECT_THAT(error.what(), HasSubstr(problem)) << text;
  }
}

TEST(Mode, IsABaseAlone) {
  EXPECT_EQ(parsed("physical").quirks, QuirkSet::physical());
  EXPECT_EQ(parsed("reference").quirks, QuirkSet::reference());
  EXPECT_EQ(parsed("oracle").quirks, QuirkSet::oracle());
  EXPECT_EQ(parsed("physical"), Mode{});
}

TEST(Mode, SwitchesSingleQuirks) {
  const QuirkSet on = parsed("physical,+thick_layers,-mask_beam_y_flip").quirks;
  EXPECT_TRUE(on.has(Quirk::thick_layers));
  EXPECT_FALSE(on.has(Quirk::mask_beam_y_flip));
  EXPECT_FALSE(on.has(Quirk::phi_carry_over));
  EXPECT_EQ(parsed("reference,-thick_layers").quirks,
            QuirkSet::reference().without(Quirk::thick_layers));
  EXPECT_EQ(parsed("physical,-thick_layers").quirks, QuirkSet::physical());
  EXPECT_EQ(parsed("physical,+thick_layers,-thick_layers").quirks, QuirkSet::physical());
}

TEST(Mode, OracleIsTheReferenceWithItsFixes) {
  EXPECT_EQ(parsed("reference,-phi_carry_over,-running_product").quirks, QuirkSet::oracle());
}

TEST(Mode, EveryQuirkOfAModeCanBeSwitched) {
  for (const QuirkInfo& row : quirk_table()) {
    if (row.fate == Fate::never_present) continue;
    for (const char* base : {"physical", "reference", "oracle"}) {
      const std::string name(row.name);
      EXPECT_TRUE(parsed(base + (",+" + name)).quirks.has(row.quirk)) << name;
      EXPECT_FALSE(parsed(base + (",-" + name)).quirks.has(row.quirk)) << name;
    }
  }
}

TEST(Mode, IsWrittenInTheOrderOfTheTable) {
  for (const char* text : {"physical", "reference", "oracle", "physical,+thick_layers,+round_peak",
                           "reference,-phi_carry_over", "oracle,+running_product"}) {
    EXPECT_EQ(to_text(parsed(text)), text);
  }
  EXPECT_EQ(to_text(parsed("physical,+round_peak,+thick_layers,-running_product")),
            "physical,+thick_layers,+round_peak");
}

TEST(Mode, RefusesOtherWords) {
  expect_refused("phisical",
                 "flag '-compat' needs one of physical, reference, oracle, found 'phisical'");
  expect_refused("phisical", "did you mean 'physical'?");
  expect_refused("", "found ''");
  expect_refused("x", "found 'x'");
  expect_refused("physical,thick_layers", "+NAME reproduces a quirk");
  expect_refused("physical,", "a quirk has a sign");
  expect_refused("physical,+thick_layer", "did you mean 'thick_layers'?");
  expect_refused("physical,+x", "nanobragg simulate --help lists them");
  expect_refused("reference,+substring_flags", "no mode reproduces it");
}

TEST(Quirks, AreSortedByWhatTheyActOn) {
  EXPECT_FALSE(QuirkSet::physical().acts_on(Scope::pixels));
  EXPECT_FALSE(QuirkSet::physical().acts_on(Scope::numbers));
  EXPECT_TRUE(QuirkSet::physical().acts_on(Scope::files));
  EXPECT_TRUE(QuirkSet::physical().with(Quirk::round_peak).acts_on(Scope::pixels));
  EXPECT_EQ(find_quirk("round_peak")->quirk, Quirk::round_peak);
  EXPECT_EQ(find_quirk("none"), nullptr);
}

TEST(CompatMode, NamesTheQuirksThatItIsMadeOf) {
  for (const Base base : {Base::physical, Base::reference, Base::oracle}) {
    EXPECT_EQ(mode_of(quirks_of(base)).base, base);
  }
  const QuirkSet some = QuirkSet::physical().with(Quirk::thick_layers);
  EXPECT_EQ(to_text(mode_of(some)), "physical,+thick_layers");
  EXPECT_EQ(mode_of(some).quirks, some);
  EXPECT_EQ(to_text(mode_of(QuirkSet::oracle().without(Quirk::thick_layers))),
            "oracle,-thick_layers");
}

}  // namespace
}  // namespace nanobragg::compat
