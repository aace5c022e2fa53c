// Source lists: columns, separators, comments and defects.
#include "nanobragg/io/lists/source_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nanobragg/base/error.hpp"

namespace nanobragg::io {
namespace {

using testing::StrEq;
using testing::ThrowsMessage;

const std::string kInputs = NANOBRAGG_TEST_DATA "/golden/inputs/";

void expect_error(std::string_view text, const std::string& message) {
  EXPECT_THAT([&] { parse_source_list(text, "s.txt"); }, ThrowsMessage<Error>(StrEq(message)));
}

TEST(SourceList, ReadsAllFiveColumns) {
  const auto rows = read_source_list(kInputs + "sources.txt");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[1].x_m, -10.0);
  EXPECT_EQ(rows[1].y_m, 0.004);
  EXPECT_EQ(rows[1].z_m, 0.0);
  EXPECT_EQ(rows[1].weight, 2.0);
  EXPECT_EQ(rows[1].wavelength_m, 1.01e-10);
}

TEST(SourceList, LeavesMissingColumnsUnset) {
  const auto rows = read_source_list(kInputs + "sources_xyz.txt");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1].z_m, 0.002);
  EXPECT_FALSE(rows[1].weight);
  EXPECT_FALSE(rows[1].wavelength_m);
  EXPECT_FALSE(parse_source_list("-10", "s")[0].y_m);
}

TEST(SourceList, KnowsTheSeparatorsAndComments) {
  const auto rows =
      parse_source_list("# x y z\n\n-10,0;0:2\t1e-10 # bright\r\n -9 ! 1,,2\n;\n", "s");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].wavelength_m, 1e-10);
  EXPECT_EQ(rows[1].x_m, -9.0);
  EXPECT_EQ(rows[1].y_m, 1.0);
  EXPECT_EQ(rows[1].z_m, 2.0);
}

TEST(SourceList, NamesTheLineOfADefect) {
  expect_error("", "s.txt: no sources");
  expect_error("# none\n", "s.txt: no sources");
  expect_error("-10 0 0\n-10 zero 0\n", "s.txt:2: expected 1 to 5 numbers, found 1 (then 'zero')");
  expect_error("1 2 3 4 5 6\n", "s.txt:1: expected 1 to 5 numbers, found 5 (then '6')");
  expect_error("1 inf 3\n", "s.txt:1: source value 'inf' is not finite");
  expect_error("1 2 3 -1\n", "s.txt:1: source weight is negative");
  expect_error("1 2 3 1 0\n", "s.txt:1: source wavelength is not positive");
}

}  // namespace
}  // namespace nanobragg::io
