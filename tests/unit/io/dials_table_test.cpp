// Reflection tables of DIALS: what was packed is read again, measured ones too, damaged ones not.
#include "nanobragg/io/reflections/dials_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "nanobragg/base/error.hpp"
#include "support/program.hpp"

namespace nanobragg::io {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

using Whole = std::array<std::int32_t, 1>;
using Numbers = std::array<double, 3>;

DialsTable three_rows() {
  DialsTable table(3);
  table.identifiers = {{0, "one"}, {7, "other"}};
  table.set("id", std::vector<Whole>{{0}, {7}, {-1}});
  table.set("panel", std::vector<std::array<std::uint64_t, 1>>{{0}, {1}, {1ULL << 40}});
  table.set("miller_index", std::vector<MillerRow>{{1, 2, 3}, {-4, 0, 7}, {0, 0, 0}},
            kMillerColumn);
  table.set("bbox", std::vector<BoxRow>{{0, 5, 1, 6, 0, 1}, {}, {}}, kBoxColumn);
  table.set("xyzobs.px.value", std::vector<Numbers>{{1.5, -2.25, 1e300}, {}, {}});
  table.set("d", std::vector<std::array<double, 1>>{{1.25}, {2.5}, {0.0}});
  return table;
}

TEST(DialsTable, IsReadAsItWasPacked) {
  const DialsTable table = three_rows();
  const DialsTable found = DialsTable::parsed(table.packed(), "x.refl");
  EXPECT_EQ(found.rows(), 3U);
  EXPECT_EQ(found.identifiers, table.identifiers);
  EXPECT_EQ(found.get<Whole>("id"), (std::vector<Whole>{{0}, {7}, {-1}}));
  EXPECT_EQ(found.get<MillerRow>("miller_index", kMillerColumn).at(1), (MillerRow{-4, 0, 7}));
  EXPECT_EQ(found.get<BoxRow>("bbox", kBoxColumn).at(0), (BoxRow{0, 5, 1, 6, 0, 1}));
  EXPECT_EQ(found.get<Numbers>("xyzobs.px.value").at(0), (Numbers{1.5, -2.25, 1e300}));
  EXPECT_EQ((found.get<std::array<std::uint64_t, 1>>("panel").at(2)[0]), 1ULL << 40);
  EXPECT_TRUE(found.has("d"));
  EXPECT_FALSE(found.has("partiality"));
  EXPECT_EQ(found.packed(), table.packed());
}

TEST(DialsTable, MayBeEmpty) {
  DialsTable table(0);
  table.set("id", std::vector<Whole>{});
  const DialsTable found = DialsTable::parsed(table.packed(), "x.refl");
  EXPECT_EQ(found.rows(), 0U);
  EXPECT_TRUE(found.get<Whole>("id").empty());
}

TEST(DialsTable, SaysWhichColumnIsNotThereOrOfAnotherKind) {
  const DialsTable table = DialsTable::parsed(three_rows().packed(), "x.refl");
  EXPECT_THAT([&] { table.get<Numbers>("xyzcal.px"); },
              ThrowsMessage<Error>(HasSubstr("x.refl: a reflection table without the column "
                                             "'xyzcal.px'")));
  EXPECT_THAT([&] { table.get<Whole>("panel"); },
              ThrowsMessage<Error>(HasSubstr("the column 'panel' holds 24 bytes of std::size_t (it "
                                             "should hold 12 of int)")));
  EXPECT_THAT([&] { table.get<MillerRow>("bbox", kMillerColumn); },
              ThrowsMessage<Error>(HasSubstr("'bbox'")));
}

// Reads what there is, or is refused.
void read_or_refuse(const std::string& bytes) {
  try {
    const DialsTable table = DialsTable::parsed(bytes, "x.refl");
    // A table of many rows would take memory for each.
    ASSERT_LE(table.rows(), bytes.size());
    for (const char* column : {"id", "miller_index"}) {
      if (table.has(column)) table.get<MillerRow>(column, kMillerColumn);
    }
  } catch (const Error&) {
    SUCCEED();
  }
}

// No part of a table is one, and no byte of it makes a reader fall over.
TEST(DialsTable, IsRefusedOrReadWhereItIsDamaged) {
  const std::string whole = three_rows().packed();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THAT([&] { DialsTable::parsed(whole.substr(0, size), "x.refl"); },
                ThrowsMessage<Error>(HasSubstr("x.refl: not a reflection table of DIALS")))
        << size;
  }
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (const int change : {0x01, 0x80, 0xFF}) {
      std::string damaged = whole;
      damaged[i] = static_cast<char>(damaged[i] ^ change);
      read_or_refuse(damaged);
    }
  }
}

TEST(DialsTable, IsNothingElse) {
  for (const std::string& text : {std::string("h k l\n1 2 3\n"), std::string("\x93\xa1x\x01\x80"),
                                  std::string("\x93\xa1x\x01", 4), std::string(1, '\xc0')}) {
    EXPECT_THAT([&] { DialsTable::parsed(text, "x.refl"); },
                ThrowsMessage<Error>(HasSubstr("not a reflection table of DIALS")));
  }
}

// Sizes that are claimed of what is not there take no memory: 2³² columns, bytes, rows.
TEST(DialsTable, TakesNoMemoryForWhatIsClaimed) {
  const std::string kind(
      "\xb9"
      "dials::af::reflection_table");
  for (const std::string& rest :
       {std::string("\xdf\xff\xff\xff\xff"),
        std::string("\x81\xa5nrows\xcf\xff\xff\xff\xff\xff\xff\xff\xff"),
        std::string("\xc6\xff\xff\xff\xff"), std::string("\xdd\xff\xff\xff\xff")}) {
    EXPECT_THAT([&] { DialsTable::parsed("\x93" + kind + "\x01" + rest, "x.refl"); },
                ThrowsMessage<Error>(HasSubstr("not a reflection table")));
  }
}

// What DIALS writes, shoeboxes and all.
class MeasuredTable : public testing::TestWithParam<const char*> {};

TEST_P(MeasuredTable, IsReadAsDialsWroteIt) {
  const std::filesystem::path file =
      std::filesystem::path(NANOBRAGG_SHARED) / "measured" / GetParam();
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "needs ../shared/measured/" << GetParam();
  const DialsTable table = DialsTable::parsed(test::read_bytes(file), file.string());
  EXPECT_GT(table.rows(), 100U);
  ASSERT_FALSE(table.identifiers.empty());
  const auto ids = table.get<Whole>("id");
  const auto indices = table.get<MillerRow>("miller_index", kMillerColumn);
  const auto boxes = table.get<BoxRow>("bbox", kBoxColumn);
  const auto places = table.get<Numbers>("xyzobs.px.value");
  const auto flags = table.get<std::array<std::uint64_t, 1>>("flags");
  std::size_t indexed = 0;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    // The middle of a spot is in its box.
    EXPECT_GE(places[i][0], boxes[i][0]);
    EXPECT_LE(places[i][0], boxes[i][1]);
    EXPECT_GE(places[i][1], boxes[i][2]);
    EXPECT_LE(places[i][1], boxes[i][3]);
    const bool has_index = indices[i] != MillerRow{0, 0, 0};
    EXPECT_EQ(has_index, (flags[i][0] & kIndexedFlag) != 0) << i;
    if (has_index) {
      EXPECT_TRUE(table.identifiers.contains(ids[i][0]));
    }
    indexed += has_index ? 1 : 0;
  }
  EXPECT_GT(indexed, 100U);
  const DialsTable again = DialsTable::parsed(table.packed(), "again.refl");
  EXPECT_EQ(again.get<MillerRow>("miller_index", kMillerColumn), indices);
  EXPECT_EQ(again.packed(), table.packed());
}

INSTANTIATE_TEST_SUITE_P(Files, MeasuredTable,
                         testing::Values("thau_3_2_0005_indexed.refl", "thau_3_2_0006_indexed.refl",
                                         "thau_3_2_0008_indexed.refl",
                                         "thermolysin_401_indexed.refl"));

}  // namespace
}  // namespace nanobragg::io
