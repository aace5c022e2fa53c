// nanobragg compare as a user runs it: exit codes and messages.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "support/program.hpp"

namespace nanobragg::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using Words = std::vector<std::string>;

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

// A factor changes no correlation.
TEST_F(CompareCommand, AnotherScaleIsThreeUnlessShapeAloneIsAskedFor) {
  const Words ten_times{"--candidate-flags", "-fluence 1.2593201528622709e30"};
  const auto result = simulations(ten_times);
  EXPECT_EQ(result.exit_code, 3) << result.errors;
  const std::string first_line = result.output.substr(0, result.output.find('\n'));
  EXPECT_THAT(first_line, HasSubstr("holds 10 times the intensity"));
  EXPECT_EQ(simulations({ten_times[0], ten_times[1], "--shape-only"}).exit_code, 0);
  EXPECT_EQ(simulations({ten_times[0], ten_times[1], "--sum-tolerance", "10"}).exit_code, 0);
  EXPECT_EQ(simulations({"--candidate-flags", "-threads 2", "--sum-tolerance", "0"}).exit_code, 0);
}

TEST_F(CompareCommand, TheCommandsForThePixelCanBePasted) {
  const auto result = simulations({"--candidate-flags", "-polar 0.9"});
  ASSERT_EQ(result.exit_code, 3) << result.errors;
  const std::size_t at = result.output.find("largest difference:\n");
  ASSERT_NE(at, std::string::npos) << result.output;
  std::ofstream(folder_.path() / "next.sh") << result.output.substr(result.output.find('\n', at));
  const std::string shell = "cd '" + folder_.path().string() + "' && sh next.sh > said 2>&1";
  EXPECT_EQ(WEXITSTATUS(std::system(shell.c_str())), 3);
  EXPECT_THAT(read_bytes(folder_.path() / "said"), HasSubstr("first divergence: polar"));
}

TEST_F(CompareCommand, AuditsThePixelWhereAsked) {
  const auto result = simulations({"--candidate-flags", "-polar 0.9", "--audit"});
  EXPECT_EQ(result.exit_code, 3) << result.errors;
  EXPECT_THAT(result.output, HasSubstr("first divergence: polar"));
  EXPECT_TRUE(fs::exists(folder_.path() / "comparison" / "audit.json"));
  std::ofstream(folder_.path() / "copy.sh") << "#!/bin/sh\nhead -c 6400 /dev/zero > float.bin\n";
  fs::permissions(folder_.path() / "copy.sh", fs::perms::owner_all);
  const auto silent = simulations({"--candidate", "./copy.sh", "--audit"});
  EXPECT_EQ(silent.exit_code, 3) << silent.errors;
  EXPECT_THAT(silent.output, HasSubstr("no audit: the candidate program prints no trace"));
  EXPECT_EQ(compare({"a.img", "b.img", "--audit"}).exit_code, 1);
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
  const auto resampled =
      compare({"20.img", "30.img", "--resample", "--threshold", "-1", "--shape-only"});
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
