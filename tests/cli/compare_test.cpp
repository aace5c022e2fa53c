// nanobragg compare as a user runs it: exit codes and messages.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "support/program.hpp"

namespace nanobragg::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class CompareCommand : public testing::Test {
 protected:
  ProgramResult compare(std::vector<std::string> words) const {
    words.insert(words.begin(), "compare");
    return run_program(words, folder_.path());
  }
  ProgramResult simulations(std::vector<std::string> words) const {
    words.insert(words.end(),
                 {"--", "-cell",      "60", "70",       "80",          "-default_F", "100", "-N",
                  "5",  "-detpixels", "40", "-pixel",   "1",           "-phi",       "0",   "-osc",
                  "2",  "-phisteps",  "4",  "-nonoise", "-oversample", "1"});
    return compare(words);
  }
  TemporaryFolder folder_;
};

TEST_F(CompareCommand, AProgramAgreesWithItself) {
  const auto result = simulations({"--candidate-flags", "-threads 2"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(result.output, HasSubstr("identical"));
  EXPECT_TRUE(fs::exists(folder_.path() / "comparison" / "report.html"));
}

TEST_F(CompareCommand, TheTwoModesDifferWhereOnePhiStepIsReused) {
  const auto result = simulations({"--reference-flags", "-compat reference", "--out", "deep/er",
                                   "--save-diff", "--threshold", "0.99999"});
  EXPECT_EQ(result.exit_code, 3) << result.output << result.errors;
  EXPECT_THAT(result.output, HasSubstr("do not agree"));
  EXPECT_TRUE(fs::exists(folder_.path() / "deep" / "er" / "difference.bin"));
}

TEST_F(CompareCommand, AFailedProgramIsTwo) {
  const auto result = simulations({"--reference", "/bin/false"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.errors, HasSubstr("reference program failed (exit code 1)"));
  EXPECT_EQ(simulations({"--reference", "./absent"}).exit_code, 2);
}

TEST_F(CompareCommand, WrongUsageIsOne) {
  EXPECT_EQ(compare({}).exit_code, 1);
  EXPECT_EQ(compare({"one.bin"}).exit_code, 1);
  EXPECT_EQ(compare({"--no-such-option"}).exit_code, 1);
  EXPECT_EQ(compare({"--threshold", "2", "a.img", "b.img"}).exit_code, 1);
  EXPECT_EQ(compare({"a.img", "b.img", "--reference", "p"}).exit_code, 1);
  EXPECT_EQ(compare({"a.bin", "b.bin"}).exit_code, 1);
  EXPECT_EQ(compare({"a.img", "b.img"}).exit_code, 1);
  EXPECT_EQ(compare({"--matrix", "absent.toml", "--reference", "p"}).exit_code, 1);
  EXPECT_EQ(simulations({"--reference-flags", "-quiet", "--roi", "0", "99", "0", "9"}).exit_code,
            1);
  EXPECT_EQ(simulations({"--matrix", "m.toml", "--reference", "p"}).exit_code, 1);
  EXPECT_THAT(compare({}).errors, HasSubstr("nothing to compare"));
}

TEST_F(CompareCommand, ImagesOfTwoShapesAreFour) {
  for (const std::string size : {"20", "30"}) {
    const auto result =
        run_program({"-cell", "60", "70", "80", "-default_F", "9", "-N", "5", "-detpixels", size,
                     "-pixel", "1", "-intfile", size + ".img", "-nonoise", "-quiet"},
                    folder_.path());
    ASSERT_EQ(result.exit_code, 0) << result.errors;
  }
  const auto result = compare({"20.img", "30.img"});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.errors, HasSubstr("the reference has 20 x 20 pixels"));
  const auto resampled = compare({"20.img", "30.img", "--resample", "--threshold", "-1"});
  EXPECT_EQ(resampled.exit_code, 0) << resampled.errors;
  EXPECT_THAT(resampled.output,
              HasSubstr("note: The candidate was brought from 30 x 30 to 20 x 20"));
}

TEST_F(CompareCommand, AMatrixHasALineACaseAndTheWorstCode) {
  std::ofstream(folder_.path() / "m.toml")
      << "[[case]]\nname = \"same\"\nflags = \"-cell 60 70 80 -default_F 9 -N 5 -detpixels 20\"\n"
         "[[case]]\nname = \"broken\"\nflags = \"-lamda 1\"\n";
  const auto result = compare({"--matrix", "m.toml", "--reference-flags", "-quiet"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.output, HasSubstr("pass             same    correlation 1"));
  EXPECT_THAT(result.output, HasSubstr("program_failed   broken  the reference program failed"));
  EXPECT_THAT(result.output, HasSubstr("1 of 2 cases pass"));
  EXPECT_TRUE(fs::exists(folder_.path() / "comparison" / "same" / "report.html"));
}

}  // namespace
}  // namespace nanobragg::test
