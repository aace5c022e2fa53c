// What reproduces a trace, and what is said where nothing does.
#include "nanobragg/audit/explain.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nanobragg::audit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Document parsed(const std::string& text, const std::string& name) {
  return parse_trace(text, name);
}

constexpr const char* kOurs =
    "TRACE_CPP:Fbeam_m=0.1\nTRACE_CPP: hkl_frac 1.25 2 3\nTRACE_CPP: F_latt 2\nTRACE_CPP: F_cell "
    "5\n"
    "TRACE_CPP: polar 0.5\n";

TEST(Reproduction, IsCompleteWhereTheValuesOfThePixelAgree) {
  const Document ours = parsed(kOurs, "ours");
  EXPECT_TRUE(reproduction(ours, ours, {}).is_complete());
  // Another convention's words for the beam centre do not count, and are said.
  const Reproduction other = reproduction(
      ours, parsed("TRACE_C:Fbeam_m=0.2\nTRACE_C: hkl_frac 1.25 2 3\nTRACE_C: polar 0.5\n", "B"),
      {});
  EXPECT_TRUE(other.is_complete());
  EXPECT_THAT(other.beside, ElementsAre("Fbeam_m"));
}

TEST(Reproduction, ReachesAsFarAsTheFirstDivergence) {
  const Reproduction part = reproduction(
      parsed(kOurs, "ours"),
      parsed("TRACE_C: hkl_frac 1.25 2 3\nTRACE_C: F_latt 3\nTRACE_C: polar 0.5\n", "B"), {});
  EXPECT_EQ(part.num_divergent, 1U);
  EXPECT_EQ(part.reach, 1U);
  EXPECT_EQ(part.first_divergence, "F_latt");
}

Claim claim(const char* name, double residual, std::vector<std::string> beside = {}) {
  Reproduction reproduction;
  reproduction.residual = residual;
  reproduction.beside = std::move(beside);
  return {ChangeKind::mistake, name, "", reproduction};
}

TEST(BestClaims, LeaveOutThoseThatReproduceLessWell) {
  std::vector<std::string> names;
  for (const Claim& best : best_of({claim("right", 1e-13), claim("near", 5e-7),
                                    claim("beside", 0.0, {"Fbeam_m"}), claim("alike", 0.0)})) {
    names.push_back(best.name);
  }
  EXPECT_THAT(names, ElementsAre("right", "alike"));
}

TEST(UnfitFlags, AreToldByTheFirstNumberThatNeitherTraceHas) {
  const Document theirs = parsed("TRACE_C: hkl_frac 1.25 2 3\nTRACE_C: F_cell 7\n", "A");
  const Document others = parsed("TRACE_C: hkl_frac 1.5 2 3\nTRACE_C: F_cell 7\n", "B");
  EXPECT_THAT(unfit_sentence(parsed(kOurs, "ours"), theirs, others, {}),
              HasSubstr("the first number that neither has is F_cell (5 by the flags, 7 in A, 7 in "
                        "B)"));
}

TEST(Advice, SaysWhatAgreesAndWhatToPrint) {
  const Document ours = parsed(
      "TRACE_CPP: scattering_vec_A_inv 1e9 0 0\nTRACE_CPP: rot_a_angstroms 1 0 0\n"
      "TRACE_CPP: hkl_frac 1 2 3\n",
      "ours");
  const Document theirs =
      parsed("TRACE_C: scattering_vec_A_inv 1e9 0 0\nTRACE_C: hkl_frac 1 2 4\n", "B");
  const auto sentences = advice_on(ours, theirs, {});
  ASSERT_EQ(sentences.size(), 2U);
  EXPECT_THAT(sentences[0], HasSubstr("hkl_frac; of what it is computed from, "
                                      "scattering_vec_A_inv agrees"));
  EXPECT_THAT(sentences[1], HasSubstr("B does not print rot_a_angstroms"));
}

}  // namespace
}  // namespace nanobragg::audit
