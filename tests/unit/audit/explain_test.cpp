// The choice of the base and the ranking of changes.
#include "nanobragg/audit/explain.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "nanobragg/base/error.hpp"

namespace nanobragg::audit {
namespace {

Document trace_of(double cell, double polar, double steps, const std::string& name) {
  return parse_trace(fmt::format("TRACE_CPP: F_cell {}\nTRACE_CPP: polar {}\nTRACE_CPP: steps {}\n",
                                 cell, polar, steps),
                     name);
}

const std::vector<Base>& bases() {
  static const std::vector<Base> list{{"physical", trace_of(1, 1, 1, "physical")},
                                      {"reference", trace_of(2, 1, 1, "reference")}};
  return list;
}

// Explains A and B by four changes of these.
Explanation explained(const Document& a, const Document& b) {
  const auto changed = [&](const char* base, ChangeKind kind, const char* name, const char* does,
                           const Document& trace) {
    return Candidate{base, kind, name, does, departure(trace, a, {}), departure(trace, b, {})};
  };
  const std::vector<Candidate> candidates{
      changed("physical", ChangeKind::quirk, "other", "does other", trace_of(1.5, 1, 1, "c")),
      changed("physical", ChangeKind::quirk, "odd_cell", "doubles", trace_of(2, 1, 1, "c")),
      changed("reference", ChangeKind::quirk, "odd_cell", "halves the cell",
              trace_of(1, 1, 1, "c")),
      changed("physical", ChangeKind::mistake, "half_polar", "halves polar",
              trace_of(1, 0.5, 1, "c"))};
  return explain({a, b, {}}, bases(), candidates);
}

TEST(ExplainTraces, NamesTheChangeThatReproducesB) {
  const Explanation e = explained(trace_of(1, 1, 1, "A"), trace_of(1, 0.5, 1, "B"));
  EXPECT_EQ(e.base, "physical");
  ASSERT_EQ(e.found().size(), 1U);
  EXPECT_EQ(e.found().front().name, "half_polar");
}

TEST(ExplainTraces, TriesBothDirections) {
  // Here A is what departs, and B is ours.
  const Explanation e = explained(trace_of(1, 0.5, 1, "A"), trace_of(1, 1, 1, "B"));
  EXPECT_EQ(e.of_base, "B");
  EXPECT_EQ(e.explained, "A");
  ASSERT_EQ(e.found().size(), 1U);
  EXPECT_EQ(e.found().front().name, "half_polar");
}

TEST(ExplainTraces, StartsFromTheBaseOfA) {
  const Explanation e = explained(trace_of(2, 1, 1, "A"), trace_of(1, 1, 1, "B"));
  EXPECT_EQ(e.base, "reference");
  ASSERT_EQ(e.found().size(), 1U);
  EXPECT_EQ(e.found().front().does, "halves the cell");
}

TEST(ExplainTraces, RanksWhatComesNearerWhereNothingReproduces) {
  const Explanation e = explained(trace_of(1, 1, 1, "A"), trace_of(2, 0.5, 1, "B"));
  EXPECT_TRUE(e.found().empty());
  ASSERT_EQ(e.ranking.size(), 2U);
  EXPECT_EQ(e.ranking.front().departure.num_divergent, 1U);
  EXPECT_EQ(e.before_divergent, 2U);
}

TEST(ExplainTraces, NeedsASimulation) {
  EXPECT_THROW(explain({trace_of(1, 1, 1, "A"), trace_of(1, 1, 1, "B"), {}}, {}, {}), Error);
}

}  // namespace
}  // namespace nanobragg::audit
