// Expansion to P1: images, Friedel mates, absences and which of several amplitudes counts.
#include <gtest/gtest.h>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/reflections/space_group.hpp"
#include "nanobragg/model/expand_to_p1.hpp"

namespace nanobragg {
namespace {

SpaceGroup group(const std::string& name) {
  return {name, io::find_space_group(name, std::nullopt).value()};
}

TEST(Symmetry, ScrewAxesAndCentringMakeReflectionsAbsent) {
  const auto p21 = group("P 21").operations;
  EXPECT_TRUE(is_absent({0, 3, 0}, p21));
  EXPECT_FALSE(is_absent({0, 4, 0}, p21));
  EXPECT_FALSE(is_absent({1, 3, 0}, p21));
  const auto p41212 = group("P 43 21 2").operations;
  EXPECT_TRUE(is_absent({0, 0, 6}, p41212));
  EXPECT_FALSE(is_absent({0, 0, 8}, p41212));
  EXPECT_TRUE(is_absent({5, 0, 0}, p41212));
  const auto c2 = group("C 2").operations;
  EXPECT_TRUE(is_absent({1, 2, 5}, c2));
  EXPECT_FALSE(is_absent({1, 3, 5}, c2));
}

TEST(Symmetry, ExpandsTheImagesAndTheirMates) {
  const MergedReflection list[] = {{{1, 2, 3}, 10.0, 7.0}};
  const auto expanded = expand_to_p1(list, group("P 21"), -1.0);
  const StructureFactors& f = expanded.structure_factors;
  EXPECT_EQ(expanded.reflections, 4U);
  EXPECT_EQ(f.at({1, 2, 3}), 10.0);
  EXPECT_EQ(f.at({-1, 2, -3}), 10.0);
  EXPECT_EQ(f.at({-1, -2, -3}), 7.0);
  EXPECT_EQ(f.at({1, -2, 3}), 7.0);
  EXPECT_EQ(f.at({1, 2, -3}), -1.0);
  EXPECT_EQ(f.at({0, 1, 0}), 0.0) << "absent, so not the default";
  EXPECT_EQ(f.at({0, 2, 0}), -1.0);
}

TEST(Symmetry, AnUnknownMateIsEqual) {
  constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  const MergedReflection list[] = {{{1, 0, 0}, 4.0, kUnknown}, {{2, 0, 0}, kUnknown, 5.0}};
  const auto f = expand_to_p1(list, group("P 1"), 0.0).structure_factors;
  EXPECT_EQ(f.at({-1, 0, 0}), 4.0);
  EXPECT_EQ(f.at({2, 0, 0}), 5.0);
}

TEST(Symmetry, ItsOwnAmplitudeCountsBeforeThatOfAnEquivalentAndOfAMate) {
  const MergedReflection list[] = {{{1, 2, 3}, 10.0}, {{-1, 2, -3}, 20.0}, {{-1, -2, -3}, 30.0}};
  const auto f = expand_to_p1(list, group("P 21"), 0.0).structure_factors;
  EXPECT_EQ(f.at({1, 2, 3}), 10.0);
  EXPECT_EQ(f.at({-1, 2, -3}), 20.0);
  EXPECT_EQ(f.at({-1, -2, -3}), 30.0);
  EXPECT_EQ(f.at({1, -2, 3}), 30.0) << "its equivalent is -1 -2 -3";
}

TEST(Symmetry, AListInP1ThatNamesAPairOfMatesIsTakenAsItStands) {
  const MergedReflection list[] = {{{1, 2, 3}, 10.0}, {{-1, -2, -3}, 30.0}, {{0, 0, 5}, 4.0}};
  const auto expanded = expand_to_p1(list, group("P 1"), -1.0);
  EXPECT_EQ(expanded.reflections, 3U);
  EXPECT_EQ(expanded.structure_factors.at({-1, -2, -3}), 30.0);
  EXPECT_EQ(expanded.structure_factors.at({0, 0, -5}), -1.0) << "not named";
  EXPECT_EQ(expanded.structure_factors.box().max, (MillerIndex{1, 2, 5}));
  // The origin is its own mate and says nothing.
  const MergedReflection half[] = {{{0, 0, 0}, 100.0}, {{0, 0, 5}, 4.0}};
  EXPECT_EQ(expand_to_p1(half, group("P 1"), -1.0).structure_factors.at({0, 0, -5}), 4.0);
}

TEST(Symmetry, CountsAmplitudesOfAbsentReflections) {
  const MergedReflection list[] = {{{0, 1, 0}, 5.0}, {{0, 3, 0}, 0.0}, {{1, 1, 1}, 2.0}};
  const auto expanded = expand_to_p1(list, group("P 21"), 0.0);
  EXPECT_EQ(expanded.absences_given, 1U);
  EXPECT_EQ(expanded.structure_factors.at({0, 1, 0}), 0.0);
}

TEST(Symmetry, RefusesAnEmptyListAndAGiantTable) {
  EXPECT_THROW(expand_to_p1({}, group("P 1"), 0.0), Error);
  const MergedReflection far[] = {{{1'000'000, 1'000'000, 1'000'000}, 1.0}};
  EXPECT_THROW(expand_to_p1(far, group("P 1"), 0.0), Error);
}

}  // namespace
}  // namespace nanobragg
