// Radial profiles as programs write them, and what is refused of them.
#include "nanobragg/io/lists/radial_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nanobragg/base/error.hpp"

namespace nanobragg::io {
namespace {

using testing::HasSubstr;

RadialTable parse(std::string_view text) { return parse_radial_table(text, "t.dat"); }

std::string problem_of(std::string_view text) {
  try {
    parse(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(RadialTable, ReadsWhatPyFaiWrites) {
  const RadialTable table = parse(
      "# == pyFAI calibration ==\n# Distance Sample to Detector: 0.1 m\n"
      "# --> profile.dat\n#       q_A^-1             I          sigma\n"
      "  1.0e-01    2.0e+01    1\n  2.0e-01    1.5e+01    1\n");
  EXPECT_EQ(table.argument, RadialArgument::q_per_A);
  EXPECT_EQ(table.at, (std::vector<double>{0.1, 0.2}));
  EXPECT_EQ(table.photons, (std::vector<double>{20.0, 15.0}));
}

TEST(RadialTable, TakesColumnsByTheirNames) {
  const RadialTable table = parse("ring,counts,pixels,d_A\n1,30,9,20.5\n2,40,9,10\n3,35,9,5\n");
  EXPECT_EQ(table.argument, RadialArgument::spacing_A);
  EXPECT_EQ(table.at, (std::vector<double>{20.5, 10.0, 5.0}));
  EXPECT_EQ(table.photons, (std::vector<double>{30.0, 40.0, 35.0}));
  EXPECT_EQ(parse("; Radius_px photons\r\n1 2\r\n2 3\r\n").argument, RadialArgument::radius_px);
}

TEST(RadialTable, ShortNamesAreInAngstroms) {
  EXPECT_EQ(parse("# d photons/pixel\n9 1\n5 2\n").argument, RadialArgument::spacing_A);
  EXPECT_EQ(parse("# Q I\n0 1\n1 2\n").argument, RadialArgument::q_per_A);
}

TEST(RadialTable, ItsTitleIsNoNameOfColumns) {
  const RadialTable table = parse("# stol photons\n# I against q_A^-1 of run 3\n0 1\n1 2\n");
  EXPECT_EQ(table.argument, RadialArgument::stol_per_A);
}

TEST(RadialTable, RefusesWhatItCannotTell) {
  EXPECT_THAT(problem_of("0 1\n1 2\n"), HasSubstr("names their columns"));
  EXPECT_THAT(problem_of("# Q_per_A photons sigma\n0 1\n1 2\n"), HasSubstr("names their columns"));
  EXPECT_THAT(problem_of("# Q_per_A photons\n0 1\n1 2 3\n"), HasSubstr("t.dat:3"));
  EXPECT_THAT(problem_of("# Q_per_A photons\n0 1\n1 x\n"), HasSubstr("'x' is not a number"));
  EXPECT_THAT(problem_of("# Q_per_A photons\n0 1\n1 nan\n"), HasSubstr("t.dat:3"));
  EXPECT_THAT(problem_of("# Q_per_A photons\n0 1\n1 2\n0.5 1\n"), HasSubstr("0.5 after 1"));
  EXPECT_THAT(problem_of("# Q_per_A photons\n1 1\n1 2\n"), HasSubstr("1 after 1"));
  EXPECT_THAT(problem_of("# d_A photons\n0 1\n1 2\n"), HasSubstr("impossible place 0"));
  EXPECT_THAT(problem_of("# Q_per_A photons\n-1 1\n1 2\n"), HasSubstr("impossible place -1"));
  EXPECT_THAT(problem_of("# Q_per_A photons\n0 1\n"), HasSubstr("one row"));
  EXPECT_THAT(problem_of("# Q_per_A photons\n0 1\nend\n"), HasSubstr("'end'"));
  EXPECT_THAT(problem_of(""), HasSubstr("no numbers"));
}

}  // namespace
}  // namespace nanobragg::io
