// Lists of reflections written and read again: the same table, bit for bit, whatever the group.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <iterator>
#include <map>
#include <memory>
#include <tuple>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/config/resolve/amplitude_column.hpp"
#include "nanobragg/io/reflections/cif_writer.hpp"
#include "nanobragg/io/reflections/hkl_text.hpp"
#include "nanobragg/io/reflections/mtz_writer.hpp"
#include "nanobragg/io/reflections/reflection_formats.hpp"
#include "nanobragg/model/equivalents.hpp"
#include "nanobragg/random/counter.hpp"
#include "support/experiments.hpp"
#include "support/symmetric_amplitudes.hpp"
#include "support/temporary_folder.hpp"

namespace nanobragg::test {
namespace {

constexpr double kDegree = 1.0 / constants::kDegreesPerRadian;

io::AmplitudeData data_of(const StructureFactors& factors) {
  return {.factors = std::make_shared<const StructureFactors>(factors),
          .cell = {50.5, 60.25, 70.125, 90 * kDegree, 104.5 * kDegree, 90 * kDegree},
          .wavelength_A = 0.9768};
}

StructureFactors read_back(const std::string& bytes, double default_amplitude) {
  const io::ReflectionTable table = io::parse_reflection_table(bytes, "test").value();
  const auto listed = config::amplitudes_of(table, config::choose_column(table, std::nullopt));
  EXPECT_NEAR(table.cell.value().b, 60.25, 1e-12);
  EXPECT_EQ(table.cell.value().beta, 104.5 * kDegree);
  EXPECT_EQ(table.columns.front().wavelength_A, 0.9768);
  return expand_to_p1(listed.reflections, {table.space_group, table.operations}, default_amplitude)
      .structure_factors;
}

void expect_same(const StructureFactors& read, const StructureFactors& written) {
  ASSERT_EQ(read.box(), written.box());
  for (std::size_t i = 0; i < read.table().size(); ++i) {
    ASSERT_EQ(read.table()[i], written.table()[i]) << i;
  }
}

// Which positions are one reflection.
void expect_same_map(const StructureFactors& read, const StructureFactors& written) {
  ASSERT_EQ(read.reflection_count(), written.reflection_count());
  for (std::size_t i = 0; i < read.table().size(); ++i) {
    ASSERT_EQ(read.reflection_at(i), written.reflection_at(i)) << i;
  }
}

struct Case {
  const char* group;
  FriedelMates mates;
};
void PrintTo(const Case& c, std::ostream* out) {
  *out << c.group << (c.mates == FriedelMates::equal ? " merged" : " anomalous");
}

class Reflections : public testing::TestWithParam<Case> {};

TEST_P(Reflections, AreTheSameAfterMtzAndCif) {
  const auto [group, mates] = GetParam();
  const auto factors = symmetric_amplitudes(group, 5, mates, 3.5);
  for (const std::string& bytes :
       {io::mtz_bytes(data_of(factors)), io::reflection_cif_text(data_of(factors))}) {
    const auto read = read_back(bytes, 3.5);
    expect_same(read, factors);
    expect_same_map(read, factors);
    EXPECT_EQ(read.equivalents()->symmetry().mates, mates);
  }
}

TEST_P(Reflections, StandInItOnce) {
  const auto [group, mates] = GetParam();
  const auto list = merged_list(space_group(group), 5, mates, 17);
  const auto factors = symmetric_amplitudes(group, 5, mates, 3.5);
  EXPECT_EQ(io::reflection_list(data_of(factors)).reflections.size(), list.size());
}

INSTANTIATE_TEST_SUITE_P(
    OfGroups, Reflections,
    testing::ValuesIn(std::vector<Case>{
        {"P 1", FriedelMates::equal},        {"P 1", FriedelMates::apart},
        {"P -1", FriedelMates::equal},       {"P 1 21 1", FriedelMates::equal},
        {"P 1 21 1", FriedelMates::apart},   {"C 1 2 1", FriedelMates::equal},
        {"C 1 2 1", FriedelMates::apart},    {"I 1 2 1", FriedelMates::apart},
        {"P 21 21 21", FriedelMates::equal}, {"P 21 21 21", FriedelMates::apart},
        {"P 43 21 2", FriedelMates::equal},  {"P 43 21 2", FriedelMates::apart},
        {"R 3:H", FriedelMates::equal},      {"R 3:H", FriedelMates::apart},
        {"R 3:R", FriedelMates::apart},      {"P 61 2 2", FriedelMates::equal},
        {"P 61 2 2", FriedelMates::apart},   {"I 2 3", FriedelMates::equal},
        {"I 2 3", FriedelMates::apart},      {"F 4 3 2", FriedelMates::equal},
        {"F 4 3 2", FriedelMates::apart},    {"F m -3 m", FriedelMates::equal}}));

// Full doubles: all digits in CIF, the nearest number of single precision in MTZ.
TEST(Reflections, MtzRoundsToSinglePrecision) {
  auto factors = symmetric_amplitudes("P 21 21 21", 4, FriedelMates::equal, 0.0);
  std::vector<double> table(factors.table().begin(), factors.table().end());
  for (double& f : table) f *= constants::kPi;
  factors = factors.with_table(table);
  expect_same(read_back(io::reflection_cif_text(data_of(factors)), 0.0), factors);
  const auto read = read_back(io::mtz_bytes(data_of(factors)), 0.0);
  for (std::size_t i = 0; i < table.size(); ++i) {
    // Half a unit of single precision, and another of the decimal number that is read.
    EXPECT_NEAR(read.table()[i], table[i], 1.2e-7 * table[i]);
    EXPECT_EQ(static_cast<float>(read.table()[i]), static_cast<float>(table[i]));
  }
}

TEST(Reflections, ATableWithoutSymmetryIsAListInP1) {
  // Mates that differ, and a box to one side of the origin, whose other side has the default.
  const auto random = random_amplitudes(3, 1.0, 4);
  expect_same(read_back(io::reflection_cif_text(data_of(random)), 1.0), random);
  const Reflection rows[] = {{{1, 0, 2}, 5.0}, {{3, 1, 2}, 6.0}};
  const auto one_sided = StructureFactors::from_reflections(rows, 2.5);
  for (const std::string& bytes :
       {io::mtz_bytes(data_of(one_sided)), io::reflection_cif_text(data_of(one_sided))}) {
    const auto read = read_back(bytes, 100.0);
    for (int h = -3; h <= 3; ++h) {
      for (int k = -1; k <= 1; ++k) {
        const MillerIndex index{h, k, 2};
        if (one_sided.box().contains(index)) {
          EXPECT_EQ(read.at(index), one_sided.at(index));
        }
      }
    }
    EXPECT_EQ(read.at({-1, 0, -2}), 2.5) << "the default of what is written";
  }
  // Equal mates need one column.
  const auto equal = without_symmetry(symmetric_amplitudes("P 2 2 2", 3, FriedelMates::equal, 2.0));
  EXPECT_EQ(io::reflection_list(data_of(equal)).symmetry.mates, FriedelMates::equal);
  expect_same(read_back(io::mtz_bytes(data_of(equal)), 9.0), equal);
}

// Whatever a list holds: absent, contradictory and lone reflections, mates named or not.
TEST(Reflections, OfRandomListsAreTheSame) {
  const char* const groups[] = {"P 1",   "P 1 21 1", "C 1 2 1", "P 21 21 21", "P 43 21 2",
                                "R 3:H", "P 61 2 2", "P 21/c",  "F m -3 m"};
  std::uint64_t counter = 0;
  const auto draw = [&](int count) { return static_cast<int>(uniform_at(8, counter++) * count); };
  for (int round = 0; round < 300; ++round) {
    SCOPED_TRACE(round);
    const SpaceGroup group = space_group(groups[draw(std::size(groups))]);
    const int size = 1 + draw(4);
    const bool names_mates = draw(2) == 0;
    const auto index = [&] { return draw(2 * size + 1) - size; };
    std::map<std::tuple<int, int, int>, MergedReflection> rows;
    for (int i = 1 + draw(12); i > 0; --i) {
      const int h = index(), k = index(), l = index();
      MergedReflection row{.index = {h, k, l}, .amplitude = 1.0 + draw(3)};
      if (names_mates && draw(2) == 0) row.mate = 1.0 + draw(3);
      rows[{h, k, l}] = row;
    }
    std::vector<MergedReflection> list;
    for (const auto& [at, row] : rows) list.push_back(row);
    const auto factors = expand_to_p1(list, group, 0.5).structure_factors;
    if (!factors.equivalents()) continue;
    for (const std::string& bytes :
         {io::mtz_bytes(data_of(factors)), io::reflection_cif_text(data_of(factors))}) {
      expect_same(read_back(bytes, 0.5), factors);
      if (HasFatalFailure()) return;
    }
  }
}

TEST(Reflections, OfAContradictoryListKeepTheirAmplitudes) {
  const MergedReflection list[] = {{{1, 2, 3}, 10.0}, {{-1, 2, -3}, 20.0}, {{2, 2, 3}, 7.0}};
  const auto factors = expand_to_p1(list, space_group("P 1 21 1"), 0.0).structure_factors;
  expect_same(read_back(io::mtz_bytes(data_of(factors)), 0.0), factors);
}

TEST(Reflections, OfAGroupWithoutASymbolAreAllOfP1InMtz) {
  // Turned by a third about 1 1 1 beside P 2: a group that no table lists.
  SpaceGroup group = space_group("P 1 1 2");
  group.operations[1].translation = {5, 7, 0};
  const MergedReflection rows[] = {{{1, 2, 3}, 10.0}, {{2, 0, 1}, 4.0}};
  const auto factors = expand_to_p1(rows, group, 0.0).structure_factors;
  const auto read = read_back(io::mtz_bytes(data_of(factors)), 0.0);
  expect_same(read, factors);
  const auto table = io::parse_reflection_table(io::mtz_bytes(data_of(factors)), "test");
  EXPECT_EQ(table->operations.size(), 1U);
}

TEST(Reflections, HaveTheirUncertainties) {
  const auto factors = symmetric_amplitudes("P 43 21 2", 3, FriedelMates::equal, 0.0);
  io::AmplitudeData data = data_of(factors);
  // By a mate of what is written, 3 2 1.
  data.uncertainties = {{{-2, 3, -1}, 1.5}};
  const auto table = io::parse_reflection_table(io::mtz_bytes(data), "test").value();
  ASSERT_EQ(table.columns.size(), 2U);
  EXPECT_EQ(table.columns[1].label, "SIGF");
  std::size_t known = 0;
  for (std::size_t i = 0; i < table.indices.size(); ++i) {
    if (std::isnan(table.columns[1].values[i])) continue;
    ++known;
    EXPECT_EQ(table.indices[i], (MillerIndex{3, 2, 1}));
    EXPECT_EQ(table.columns[1].values[i], 1.5);
  }
  EXPECT_EQ(known, 1U);
  EXPECT_THAT(io::reflection_cif_text(data), testing::HasSubstr("_refln.F_meas_sigma\n"));
  EXPECT_THAT(io::reflection_cif_text(data), testing::HasSubstr("\n3 2 1 "));
}

TEST(Reflections, AreWrittenByTheEndOfTheName) {
  const TemporaryFolder folder;
  const auto factors = symmetric_amplitudes("P 43 21 2", 3, FriedelMates::equal, 1.0);
  const auto data = data_of(factors);
  io::write_reflections(folder.path() / "a.MTZ", data);
  io::write_reflections(folder.path() / "a.hkl", data);
  const auto text = io::read_hkl_text(folder.path() / "a.hkl", io::HklLayout::lines);
  expect_same(StructureFactors::from_reflections(text.reflections, text.box, 1.0), factors);
  EXPECT_THAT([&] { io::write_reflections(folder.path() / "a.sca", data); },
              testing::ThrowsMessage<UsageError>(testing::HasSubstr("known are .mtz, .cif, .hkl")));
  EXPECT_THROW(io::check_can_write("a.mtz", StructureFactors(100.0)), UsageError);
}

}  // namespace
}  // namespace nanobragg::test
