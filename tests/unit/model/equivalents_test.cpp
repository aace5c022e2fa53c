// Which positions of a table are one reflection: against rules written for single groups.
#include "nanobragg/model/equivalents.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>
#include <vector>

#include "nanobragg/base/error.hpp"
#include "support/symmetric_amplitudes.hpp"

namespace nanobragg::test {
namespace {

using Key = std::tuple<int, int, int>;

// Whether two positions have one number wherever they have one key, and nowhere else.
template <class KeyOf>
void expect_classes(const StructureFactors& factors, const KeyOf& key_of) {
  std::map<Key, std::size_t> number_of;
  std::set<std::size_t> numbers;
  for (std::size_t i = 0; i < factors.table().size(); ++i) {
    const auto [found, is_new] =
        number_of.emplace(key_of(factors.box().index_at(i)), factors.reflection_at(i));
    ASSERT_EQ(found->second, factors.reflection_at(i)) << i;
    if (is_new) {
      ASSERT_TRUE(numbers.insert(factors.reflection_at(i)).second) << i;
    }
  }
  EXPECT_EQ(factors.reflection_count(), numbers.size());
}

TEST(Equivalents, OfTheTetragonalGroupHaveOneKey) {
  const auto f = symmetric_amplitudes("P 43 21 2", 5, FriedelMates::equal, 0.0);
  // Laue group 4/mmm.
  expect_classes(f, [](const MillerIndex& i) {
    const int h = std::abs(i.h);
    const int k = std::abs(i.k);
    return Key{std::max(h, k), std::min(h, k), std::abs(i.l)};
  });
  EXPECT_EQ(f.positions_like(f.position({1, 2, 3})).size(), 16U);
  EXPECT_EQ(f.positions_like(f.position({0, 0, 4})).size(), 2U);
}

TEST(Equivalents, MatesOfAnomalousDataAreApart) {
  const auto f = symmetric_amplitudes("P 1 21 1", 5, FriedelMates::apart, 0.0);
  // Point group 2 along b: (h, k, l) and (−h, k, −l).
  expect_classes(f, [](const MillerIndex& i) {
    const bool first = i.h > 0 || (i.h == 0 && i.l >= 0);
    return first ? Key{i.h, i.k, i.l} : Key{-i.h, i.k, -i.l};
  });
  const auto together = symmetric_amplitudes("P 1 21 1", 5, FriedelMates::equal, 0.0);
  EXPECT_EQ(together.positions_like(together.position({1, 2, 3})).size(), 4U);
  EXPECT_EQ(f.positions_like(f.position({1, 2, 3})).size(), 2U);
}

TEST(Equivalents, WithoutSymmetryEveryPositionStandsAlone) {
  const auto f = without_symmetry(symmetric_amplitudes("P 43 21 2", 3, FriedelMates::equal, 0.0));
  EXPECT_EQ(f.reflection_count(), f.table().size());
  EXPECT_EQ(f.positions_like(7), std::vector<std::size_t>{7});
  // Rows for both mates of a pair, in P1: a list that is taken as it stands.
  const MergedReflection whole[] = {{{1, 2, 3}, 10.0}, {{-1, -2, -3}, 10.0}};
  EXPECT_EQ(expand_to_p1(whole, space_group("P 1"), 0.0).structure_factors.equivalents(), nullptr);
  const MergedReflection half[] = {{{1, 2, 3}, 10.0}, {{0, 2, 3}, 10.0}};
  const auto tied = expand_to_p1(half, space_group("P 1"), 0.0).structure_factors;
  EXPECT_EQ(tied.reflection_at(tied.position({1, 2, 3})),
            tied.reflection_at(tied.position({-1, -2, -3})));
}

// Rows that are mates of each other say that the data are anomalous, as those of CrystFEL do.
TEST(Equivalents, RowsForBothMatesKeepThemApart) {
  const MergedReflection list[] = {{{1, 2, 3}, 10.0}, {{-1, -2, -3}, 10.0}, {{3, 1, 1}, 5.0}};
  const auto f = expand_to_p1(list, space_group("P 4 2 2"), 0.0).structure_factors;
  EXPECT_EQ(f.equivalents()->symmetry().mates, FriedelMates::apart);
  EXPECT_NE(f.reflection_at(f.position({1, 2, 3})), f.reflection_at(f.position({-1, -2, -3})));
  EXPECT_EQ(f.at({-3, -1, -1}), 5.0);
}

TEST(Equivalents, AListThatContradictsItsGroupKeepsWhatItSays) {
  const MergedReflection list[] = {{{1, 2, 3}, 10.0}, {{-1, 2, -3}, 20.0}, {{2, 2, 3}, 7.0}};
  const auto expanded = expand_to_p1(list, space_group("P 21"), 0.0);
  const StructureFactors& f = expanded.structure_factors;
  EXPECT_EQ(expanded.contradictions, 1U);
  EXPECT_NE(f.reflection_at(f.position({1, 2, 3})), f.reflection_at(f.position({-1, 2, -3})));
  EXPECT_EQ(f.reflection_at(f.position({2, 2, 3})), f.reflection_at(f.position({-2, -2, -3})));
  EXPECT_EQ(expand_to_p1({{list[0]}}, space_group("P 21"), 0.0).contradictions, 0U);
}

TEST(Equivalents, KnowWhatLiesOutsideTheBox) {
  const MergedReflection list[] = {{{2, 0, 0}, 10.0}};
  const auto f = expand_to_p1(list, space_group("P 61 2 2"), 1.0).structure_factors;
  ASSERT_EQ(f.box().max, (MillerIndex{2, 2, 0}));
  EXPECT_FALSE(f.equivalents()->reaches_outside({2, -2, 0}));
  EXPECT_TRUE(f.equivalents()->reaches_outside({2, 1, 0})) << "-3 1 0 is one of its images";
  EXPECT_TRUE(f.equivalents()->is_listed(f.reflection_at(f.position({0, 2, 0}))));
  EXPECT_FALSE(f.equivalents()->is_listed(f.reflection_at(f.position({1, 1, 0}))));
}

TEST(Equivalents, AMapOfAnotherSizeIsRefused) {
  EXPECT_THROW(
      Equivalents({{0, 0, 0}, {0, 0, 1}}, {space_group("P 1"), FriedelMates::apart}, {0}, {true}),
      Error);
  EXPECT_THROW(Equivalents({{0, 0, 0}, {0, 0, 1}}, {space_group("P 1"), FriedelMates::apart},
                           {0, 1}, {true}),
               Error);
}

}  // namespace
}  // namespace nanobragg::test
