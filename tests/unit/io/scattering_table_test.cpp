// Tables of amplitudes as users have them, and what is refused of them.
#include "nanobragg/io/lists/scattering_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numbers>

#include "nanobragg/base/error.hpp"

namespace nanobragg::io {
namespace {

using testing::HasSubstr;

ScatteringTable parse(std::string_view text, TableArgument argument = TableArgument::stol) {
  return parse_scattering_table(text, "t.stol", argument);
}

std::string problem_of(std::string_view text) {
  try {
    parse(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(ScatteringTable, TakesCommentsCommasAndAThirdColumn) {
  const ScatteringTable table =
      parse("#Curve 0\n; x y\n0 1.5 i\n0.1, -2\n\n  0.2\t3 ! end\n0.3 4e0 c\n");
  EXPECT_EQ(table.stol_per_A, (std::vector<double>{0.0, 0.1, 0.2, 0.3}));
  EXPECT_EQ(table.amplitude_e, (std::vector<double>{1.5, -2.0, 3.0, 4.0}));
}

TEST(ScatteringTable, TurnsEachArgumentIntoSineOverWavelength) {
  constexpr std::string_view kText = "0 1\n1 2\n2 3\n4 4\n";
  EXPECT_EQ(parse(kText, TableArgument::four_stol).stol_per_A,
            (std::vector<double>{0.0, 0.25, 0.5, 1.0}));
  // Bragg's law: Q = 2π/d and sin θ/λ = 1/2d.
  const double of_one = parse(kText, TableArgument::q).stol_per_A[1];
  EXPECT_NEAR(of_one, 1.0 / (4.0 * std::numbers::pi), 1e-16);
}

TEST(ScatteringTable, NamesTheLineThatIsWrong) {
  EXPECT_THAT(problem_of("0 1\n0.2 1\n0.1 1\n0.3 1\n"),
              HasSubstr("t.stol:3: 0.1 after 0.2 (the first column must rise)"));
  EXPECT_THAT(problem_of("0 1\n0.1 1\n0.1 1\n0.3 1\n"), HasSubstr("t.stol:3: 0.1 after 0.1"));
  EXPECT_THAT(problem_of("0 1\n0.1\n"), HasSubstr("t.stol:2: expected 2 numbers, found 1"));
  EXPECT_THAT(problem_of("0 1\nx 1\n"), HasSubstr("t.stol:2: expected 2 numbers, found 0"));
  EXPECT_THAT(problem_of("0 1\n1 inf\n"), HasSubstr("t.stol:2: a number that is not finite"));
  EXPECT_THAT(problem_of("-1 1\n"), HasSubstr("t.stol:1: the argument -1 is below 0"));
  EXPECT_THAT(problem_of("0 1\n1 1\n2 1\n"), HasSubstr("a table of 3 rows (a cubic needs 4)"));
}

}  // namespace
}  // namespace nanobragg::io
