// MOSFLM matrices: real layouts and damaged ones.
#include "nanobragg/io/mosflm_matrix.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nanobragg/base/error.hpp"

namespace nanobragg::io {
namespace {

using testing::StrEq;
using testing::ThrowsMessage;

void expect_error(std::string_view text, const std::string& message) {
  EXPECT_THAT([&] { parse_mosflm_matrix(text, "A.mat"); }, ThrowsMessage<Error>(StrEq(message)));
}

TEST(MosflmMatrix, ReadsByRows) {
  const auto matrix = read_mosflm_matrix(NANOBRAGG_TEST_DATA "/golden/inputs/triclinic.mat");
  EXPECT_EQ(matrix.row[0], (Vec3{-0.02837, -0.00305, 0.02536}));
  EXPECT_EQ(matrix.row[1], (Vec3{-0.02871, 0.0102, -0.014}));
  EXPECT_EQ(matrix.row[2], (Vec3{0.0105, -0.03209, -0.01036}));
}

TEST(MosflmMatrix, IgnoresWhatFollowsTheNineNumbers) {
  const auto matrix = parse_mosflm_matrix("1 2 3\n4 5 6\n7 8 9\n  0.0 0.0 0.0\ncell: nine\n", "m");
  EXPECT_EQ(matrix.row[2], (Vec3{7.0, 8.0, 9.0}));
}

TEST(MosflmMatrix, TakesColumnsThatTouch) {
  const auto matrix = parse_mosflm_matrix("0.1-0.2-0.3\n1 2 3 4 5 6\n", "m");
  EXPECT_EQ(matrix.row[0], (Vec3{0.1, -0.2, -0.3}));
}

TEST(MosflmMatrix, NamesTheLineOfADefect) {
  expect_error("", "A.mat:1: expected 9 numbers, found 0");
  expect_error("1 2 3\n4 5\n", "A.mat:2: expected 9 numbers, found 5");
  expect_error("1 2 3\n4 5 six\n7 8 9\n", "A.mat:2: expected 9 numbers, found 5 (then 'six')");
  expect_error("1 2 3\n4 5 6\n7 8 9x\n", "A.mat:3: expected 9 numbers, found 8 (then '9x')");
  expect_error("1 2 3\n4 nan 6\n7 8 9\n", "A.mat:2: matrix element 'nan' is not finite");
  expect_error("1 2 3\n4 5 6\n7 8 1e999\n", "A.mat:3: matrix element '1e999' is not finite");
}

}  // namespace
}  // namespace nanobragg::io
