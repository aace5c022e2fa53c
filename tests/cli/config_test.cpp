// -config and -show_config: flags win, nothing is written, what is printed reads back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/workspace.hpp"

namespace nanobragg::test {
namespace {

using testing::HasSubstr;

TEST(Config, FlagsWinOverTheFile) {
  const Workspace workspace;
  workspace.write("run.toml",
                  "[beam]\nwavelength_A = 1.2\n[detector]\ndistance_mm = 77.0\n"
                  "[crystal]\ncell_A_deg = [74.0, 74.0, 36.0]\ndefault_F = 500.0\n");
  const std::string text =
      workspace.run_silently({"-lambda", "1.1", "-config", "run.toml", "-detpixels", "8"}).output;
  EXPECT_THAT(text, HasSubstr("wavelength      1.1 Å"));
  EXPECT_THAT(text, HasSubstr("77 mm along the beam"));
}

TEST(Config, ShowingItWritesNothing) {
  const Workspace workspace;
  const auto before = workspace.files();
  const std::string text = workspace.run_silently(small_run() + Arguments{"-show_config"}).output;
  EXPECT_THAT(text, HasSubstr("[crystal]\n"));
  EXPECT_THAT(text, HasSubstr("[resolved]\n"));
  workspace.expect_unchanged(before);
}

TEST(Config, WhatIsShownShowsItselfAgain) {
  const Workspace workspace;
  const Arguments show = {"-show_config"};
  const std::string first =
      workspace.run_silently(small_run() + show + Arguments{"-seed", "3"}).output;
  workspace.write("run.toml", first);
  EXPECT_EQ(workspace.run_silently(Arguments{"-config", "run.toml"} + show).output, first);
}

// The reference mode needs another kernel than the one that the file names.
TEST(Config, ChangingTheModeOfAFileSaysHow) {
  const Workspace workspace;
  workspace.write("run.toml", workspace.run(small_run() + Arguments{"-show_config"}).output);
  const ProgramResult refused = workspace.run({"-config", "run.toml", "-compat", "reference"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.errors, HasSubstr("-kernel reference"));
  workspace.run_silently({"-config", "run.toml", "-compat", "reference", "-kernel", "reference"});
}

TEST(Config, NamesMayHoldQuotesAndLetters) {
  const Workspace workspace;
  workspace.write(
      "run.toml",
      workspace.run(small_run() + Arguments{"-floatfile", "ü \"x\" \\y.bin", "-show_config"})
          .output);
  workspace.run_silently({"-config", "run.toml"});
  EXPECT_TRUE(workspace.has("ü \"x\" \\y.bin"));
}

}  // namespace
}  // namespace nanobragg::test
