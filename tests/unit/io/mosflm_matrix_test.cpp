// MOSFLM matrices: real layouts and damaged ones.
#include "nanobragg/io/geometry/mosflm_matrix.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nanobragg/base/error.hpp"

namespace nanobragg::io {
namespace {

using testing::HasSubstr;
using testing::StrEq;
using testing::ThrowsMessage;

void expect_error(std::string_view text, const std::string& message) {
  EXPECT_THAT([&] { parse_mosflm_matrix(text, "A.mat"); }, ThrowsMessage<Error>(StrEq(message)));
}

TEST(MosflmMatrix, ReadsByRows) {
  const auto matrix = read_mosflm_matrix(NANOBRAGG_TEST_DATA "/golden/inputs/triclinic.mat");
  EXPECT_EQ(matrix.elements.row[0], (Vec3{-0.02837, -0.00305, 0.02536}));
  EXPECT_EQ(matrix.elements.row[1], (Vec3{-0.02871, 0.0102, -0.014}));
  EXPECT_EQ(matrix.elements.row[2], (Vec3{0.0105, -0.03209, -0.01036}));
}

TEST(MosflmMatrix, IgnoresWhatFollowsTheNineNumbers) {
  const auto matrix = parse_mosflm_matrix("1 2 3\n4 5 6\n7 8 9\n  0.0 0.0 0.0\ncell: nine\n", "m");
  EXPECT_EQ(matrix.elements.row[2], (Vec3{7.0, 8.0, 9.0}));
}

TEST(MosflmMatrix, TakesColumnsThatTouch) {
  const auto matrix = parse_mosflm_matrix("0.1-0.2-0.3\n1 2 3 4 5 6\n", "m");
  EXPECT_EQ(matrix.elements.row[0], (Vec3{0.1, -0.2, -0.3}));
}

TEST(MosflmMatrix, NamesTheLineOfADefect) {
  expect_error("", "A.mat:1: expected 9 numbers, found 0");
  expect_error("1 2 3\n4 5\n", "A.mat:2: expected 9 numbers, found 5");
  expect_error("1 2 3\n4 5 six\n7 8 9\n", "A.mat:2: expected 9 numbers, found 5 (then 'six')");
  expect_error("1 2 3\n4 5 6\n7 8 9x\n", "A.mat:3: expected 9 numbers, found 8 (then '9x')");
  expect_error("1 2 3\n4 nan 6\n7 8 9\n", "A.mat:2: matrix element 'nan' is not finite");
  expect_error("1 2 3\n4 5 6\n7 8 1e999\n", "A.mat:3: matrix element '1e999' is not finite");
}

TEST(MosflmMatrix, ReadsTheCellOfAWholeFile) {
  const std::string nine = "0.01 0 0\n0 0.02 0\n0 0 0.03\n";
  const std::string u = "1 0 0\n0 1 0\n0 0 1\n";
  const auto matrix =
      parse_mosflm_matrix(nine + "0.1 0.2 0.3\n" + u + "10 20 30 90 100 90\n0 0 0\nSYMM P2\n", "m");
  ASSERT_TRUE(matrix.cell && matrix.misset_deg);
  EXPECT_EQ(matrix.cell->b, 20.0);
  EXPECT_EQ(matrix.misset_deg->y, 0.2);
}

TEST(MosflmMatrix, ReadsACellElsewhereAndNamesOtherNumbers) {
  const std::string nine = "0.01 0 0\n0 0.02 0\n0 0 0.03\n";
  const std::string u = "1 0 0\n0 1 0\n0 0 1\n";
  const auto whole = parse_mosflm_matrix(nine + u + "10 20 30 90 100 90\n", "m");
  ASSERT_TRUE(whole.cell);
  EXPECT_EQ(whole.cell->b, 20.0);
  EXPECT_FALSE(whole.misset_deg);
  EXPECT_EQ(whole.unread, "line 4 ('1 0 0')");
  const auto rafd =
      parse_mosflm_matrix(nine + " 79.0 79.0 60.0 90 90 90 374460\n 0.1 0.1 0.1 0 0 0 10\n", "m");
  ASSERT_TRUE(rafd.cell);
  EXPECT_EQ(rafd.cell->c, 60.0);
  EXPECT_EQ(rafd.unread, "");
  EXPECT_EQ(parse_mosflm_matrix("1 2 3\n4 5 6\n7 8 9 10\n", "m").unread, "line 3 ('10')");
  EXPECT_EQ(parse_mosflm_matrix(nine + "0 0 0\n# lysozyme 5\n", "m").unread, "");
}

TEST(MosflmMatrix, RefusesFilesOfOtherProgramsByName) {
  const auto message = [](const std::string& text) -> std::string {
    try {
      parse_mosflm_matrix(text, "m");
    } catch (const Error& error) {
      return error.what();
    }
    return "accepted";
  };
  EXPECT_THAT(message(" XPARM.XDS    VERSION Jan 31, 2020\n"), HasSubstr("XPARM.XDS of XDS"));
  EXPECT_THAT(message("1 0 1 0.9 0 0\n0.97 0 0 1.0\n"), HasSubstr("old XPARM.XDS"));
  EXPECT_THAT(message("lysozyme\n1 2 3 4 5 6\n1 2 3 4 5 6\n1 2 3 4 5 6\n"), HasSubstr("DENZO"));
  EXPECT_THAT(message("FILEID SAXI\n"), HasSubstr(".p4p"));
  EXPECT_THAT(message("{\nHEADER_BYTES= 512;\n"), HasSubstr("d*TREK"));
  EXPECT_THAT(message("a.h5 //0 1 2 3 4 5 6 7 8 9 tP\n"), HasSubstr(".sol"));
  EXPECT_THAT(message("{\"__id__\": 1}\n"), HasSubstr("-crystal"));
  EXPECT_THAT(message("1 2\n3 4 5 6 7 8 9\n"), HasSubstr("2 numbers in the first line"));
}

}  // namespace
}  // namespace nanobragg::io
