// The command line of nanobragg gradcheck: what it prints, and its errors.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <sstream>

#include "support/program.hpp"

namespace nanobragg::test {
namespace {

using testing::HasSubstr;

ProgramResult gradcheck(const std::vector<std::string>& options,
                        const std::vector<std::string>& flags) {
  const TemporaryFolder folder;
  std::vector<std::string> words{"gradcheck"};
  words.insert(words.end(), options.begin(), options.end());
  words.insert(words.end(), {"--", "-cell", "60", "70", "80", "85", "95", "100", "-default_F",
                             "100", "-detpixels", "40", "-pixel", "1", "-N", "5"});
  words.insert(words.end(), flags.begin(), flags.end());
  return run_program(words, folder.path());
}

TEST(GradcheckProgram, ListsEveryParameterAndSaysWhichHaveNoEffect) {
  const ProgramResult result = gradcheck({"--pixels", "200"}, {"-osc", "1", "-phisteps", "3"});
  EXPECT_EQ(result.exit_code, 0) << result.output << result.errors;
  EXPECT_THAT(result.output, HasSubstr("all derivatives agree"));
  EXPECT_THAT(result.output, HasSubstr("water          no effect: there is no water"));
  for (const char* name : {"cell_alpha", "misset_z", "oscillation", "Nb", "beam_fast", "fluence"}) {
    EXPECT_THAT(result.output, HasSubstr(name));
  }
}

// Pixels of broad spots pass from one nearest reflection to another by any step.
TEST(GradcheckProgram, JudgesByDualNumbersWhereDifferencesDoNotConverge) {
  const TemporaryFolder folder;
  std::string reflections;
  std::uint32_t random = 1;  // ANSI C's example of a generator
  for (int h = -12; h <= 12; ++h) {
    for (int k = -12; k <= 12; ++k) {
      for (int l = -12; l <= 12; ++l) {
        random = (random * 1103515245U + 12345U) & 0x7fffffffU;
        reflections += fmt::format("{} {} {} {}\n", h, k, l, random >> 30U ? 10000 : 10);
      }
    }
  }
  std::ofstream(folder.path() / "wild.hkl") << reflections;
  std::istringstream words(
      "gradcheck --parameters pixel_size,wavelength,misset,distance,kahn_factor --pixels 20000 -- "
      "-cell 60 70 80 85 95 100 -misset 10 20 30 -N 1 -hkl wild.hkl -nointerpolate -lambda 1 "
      "-distance 30 -detpixels 200 -pixel 0.25 -osc 60 -phisteps 20 -oversample 1 -polar -1");
  const auto run = run_program({std::istream_iterator<std::string>(words), {}}, folder.path());
  EXPECT_EQ(run.exit_code, 0) << run.output << run.errors;
  EXPECT_THAT(run.output, HasSubstr("agrees (differences do not converge)"));
  EXPECT_THAT(run.output, HasSubstr("at a bound"));
}

TEST(GradcheckProgram, TakesAKernelThatHasGradients) {
  EXPECT_EQ(gradcheck({"--kernel", "scalar", "--pixels", "50"}, {}).exit_code, 0);
  EXPECT_EQ(gradcheck({"--kernel", "sparse", "--pixels", "50"}, {}).exit_code, 0);
  const ProgramResult none = gradcheck({"--kernel", "reference"}, {});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.errors, HasSubstr("it has none"));
  EXPECT_EQ(gradcheck({"--kernel", "warp"}, {}).exit_code, 2);
}

TEST(GradcheckProgram, TakesThePanelThatIsNamed) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "two.geom") << R"(
clen = 0.1
res = 10000
photon_energy = 12398
a/min_fs = 0
a/max_fs = 29
a/min_ss = 0
a/max_ss = 19
a/corner_x = -15
a/corner_y = -25
a/fs = +x
a/ss = +y
b/min_fs = 0
b/max_fs = 29
b/min_ss = 20
b/max_ss = 39
b/corner_x = -12
b/corner_y = 4
b/fs = +0.99498744x +0.1y
b/ss = -0.1x +0.99498744y
)";
  const auto check = [&](const std::string& panel) {
    return run_program({"gradcheck", "--panel", panel, "--parameters", "cell_a,origin_x,pixel_size",
                        "--", "-geometry", "two.geom", "-cell", "60", "70", "80", "85", "95", "100",
                        "-default_F", "100", "-N", "5"},
                       folder.path());
  };
  const ProgramResult first = check("0");
  const ProgramResult second = check("1");
  EXPECT_EQ(first.exit_code, 0) << first.output << first.errors;
  EXPECT_EQ(second.exit_code, 0) << second.output << second.errors;
  EXPECT_NE(first.output, second.output);
  const ProgramResult third = check("2");
  EXPECT_EQ(third.exit_code, 2);
  EXPECT_THAT(third.errors, HasSubstr("no panel 2 (the detector has 2)"));
}

TEST(GradcheckProgram, ChecksWhatIsNamed) {
  const TemporaryFolder folder;
  std::string reflections;
  for (int h = -5; h <= 5; ++h) {
    for (int k = -5; k <= 5; ++k) {
      for (int l = -5; l <= 5; ++l) {
        reflections += fmt::format("{} {} {} {}\n", h, k, l, 10 + (h + 2 * k + 3 * l + 30) % 7);
      }
    }
  }
  std::ofstream(folder.path() / "small.hkl") << reflections;
  const auto check = [&](const std::string& names) {
    return run_program({"gradcheck", "--parameters", names, "--",
                        "-cell",     "60",           "70",  "80",
                        "85",        "95",           "100", "-hkl",
                        "small.hkl", "-detpixels",   "40",  "-pixel",
                        "1",         "-N",           "5",   "-nointerpolate",
                        "-misset",   "10",           "20",  "30"},
                       folder.path());
  };
  const ProgramResult checked = check("F(1,0,0),cell,F(0,0,0)");
  EXPECT_EQ(checked.exit_code, 0) << checked.output << checked.errors;
  EXPECT_THAT(checked.output, HasSubstr("F(1,0,0)"));
  EXPECT_THAT(checked.output, HasSubstr("cell_gamma"));
  EXPECT_THAT(checked.output, testing::Not(HasSubstr("distance")));
  EXPECT_THAT(checked.output, HasSubstr("all derivatives agree"));
  // Turned away from every pixel of the detector.
  EXPECT_THAT(check("F(5,5,5)").output, HasSubstr("F(5,5,5)       no effect: no pixel"));
  EXPECT_THAT(check("F(6,0,0)").errors, HasSubstr("the table holds h -5 to 5"));
  EXPECT_THAT(check("F(1,0,0").errors, HasSubstr("is not F(h,k,l)"));
  EXPECT_THAT(check("mistet").errors, HasSubstr("did you mean 'misset'?"));
  EXPECT_THAT(check("F").errors, HasSubstr("F(1,-2,3) is one of them"));
}

// The detector sees a row of reflections along b* alone, so that rounding is all that is left of
// derivatives by a.
TEST(GradcheckProgram, TakesRoundingForNoEffect) {
  const std::string flags =
      "gradcheck --pixels 300 -- -cell 80 80 40 90 90 90 -default_F 100 -gauss_xtal -N 20 -lambda "
      "1 -compat physical,+spots_of_volume "
      "-distance 231 -pixel 0.172 -detpixels 300 -mosaic 0.2 -mosaic_domains 3 -dispersion 1 "
      "-dispsteps 3";
  std::istringstream stream(flags);
  const std::vector<std::string> words{std::istream_iterator<std::string>(stream), {}};
  const TemporaryFolder folder;
  const ProgramResult result = run_program(words, folder.path());
  EXPECT_EQ(result.exit_code, 0) << result.output << result.errors;
  EXPECT_THAT(result.output, HasSubstr("cell_a         no effect: no pixel"));
}

TEST(GradcheckProgram, RefusesTheReferenceMode) {
  const ProgramResult result = gradcheck({}, {"-compat", "reference"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.errors, HasSubstr("have no derivatives"));
}

}  // namespace
}  // namespace nanobragg::test
