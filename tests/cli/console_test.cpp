// What a run says on the console, and how much of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/workspace.hpp"

namespace nanobragg::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const Arguments kDetailed = {"-phi",        "1", "-osc",       "1", "-phisteps",   "3",
                             "-dispersion", "1", "-dispsteps", "2", "-mosaic",     "0.5",
                             "-mosaic_dom", "2", "-seed",      "4", "-interpolate"};

TEST(Console, TheSummaryIsPrintedOnce) {
  const Workspace workspace;
  const std::string text = workspace.run_silently(small_run() + Arguments{"-seed", "4"}).output;
  for (const char* part :
       {"unit cell       74 74 36 Å, 90 90 90°", "cell volume     197136 Å³", "5 × 5 × 5 cells",
        "tetragonal.hkl: hkl -9 -9 -4 … 9 9 4", "wavelength      1 Å", "still at 0°",
        "32 × 32 (fast × slow) of 0.1 mm", "mosflm, pivot beam", "100 mm along the beam",
        "1 source × 1 spindle angle × 1 domain", "physical, kernel ", "max_I ", "rmsd ",
        "floatimage.bin", "intimage.img", "image.pgm", "noiseimage.img", "(-seed 4)"}) {
    EXPECT_EQ(count_of(part, text), 1U) << part << " in\n" << text;
  }
  EXPECT_THAT(text, Not(HasSubstr("-0 ")));
  EXPECT_THAT(text, Not(HasSubstr("-0.0")));
  EXPECT_THAT(text, Not(HasSubstr("done\n")));
}

TEST(Console, QuietSaysNothing) {
  const Workspace workspace;
  for (const Arguments& more : {Arguments{}, {"-progress"}, {"-verbose"}}) {
    EXPECT_EQ(workspace.run_silently(small_run() + Arguments{"-quiet"} + more).output, "");
  }
}

// What is asked for by name is the output, quiet or not.
TEST(Console, QuietStillShowsTheAskedPixel) {
  const Workspace workspace;
  const std::string text =
      workspace.run_silently(small_run() + Arguments{"-quiet", "-printout_pixel", "4", "6"}).output;
  EXPECT_TRUE(text.starts_with("pixel slow 6 fast 4\n")) << text;
}

TEST(Console, QuietStillWarns) {
  const Workspace workspace;
  const ProgramResult result = workspace.run(small_run() + Arguments{"-quiet", "-coherent"});
  EXPECT_EQ(result.output, "");
  EXPECT_THAT(result.errors, HasSubstr("warning: "));
}

TEST(Console, VerboseAddsEverySample) {
  const Workspace workspace;
  const Arguments sensor = {"-detector_thick", "100", "-detector_abs", "50", "-thicksteps", "2"};
  const std::string plain = workspace.run(small_run() + kDetailed + sensor).output;
  const std::string verbose =
      workspace.run(small_run() + kDetailed + sensor + Arguments{"-verbose"}).output;
  EXPECT_GT(verbose.size(), plain.size());
  // The wavelengths, the spindle angles, the first domain, and 1 - exp(-1) of the first layer.
  for (const char* part : {"0.995\n", "1.005\n", "1.333333\n", "1.666667\n", "turned by/°",
                           "0.632121\n", "rendered in"}) {
    EXPECT_THAT(verbose, HasSubstr(part));
    EXPECT_THAT(plain, Not(HasSubstr(part)));
  }
}

TEST(Console, ProgressPrintsTheLinesOfTheReference) {
  const Workspace workspace;
  const std::string text =
      workspace.run_silently(small_run() + Arguments{"-progress", "-detpixels", "100"}).output;
  EXPECT_THAT(text, AllOf(HasSubstr("1% done\n"), HasSubstr("50% done\n"), HasSubstr("95% done\n"),
                          HasSubstr("100% done\n")));
  EXPECT_EQ(count_of("\n50% done\n", text), 1U);
  EXPECT_THAT(text, Not(HasSubstr("\n51% done\n")));
}

// Standard error is no terminal here.
TEST(Console, ABarIsForTerminalsAlone) {
  const Workspace workspace;
  workspace.run_silently(small_run() + Arguments{"-detpixels", "300", "-oversample", "4"});
}

TEST(Console, PrintoutGivesThePixelsOfTheImage) {
  const Workspace workspace;
  const Arguments only = {"-roi", "3", "4", "5", "6"};
  const std::string all =
      workspace.run_silently(small_run() + only + Arguments{"-printout"}).output;
  const std::string one =
      workspace.run_silently(small_run() + only + Arguments{"-printout_pixel", "4", "6"}).output;
  EXPECT_EQ(count_of("pixel slow 5 fast 3\n", all), 1U) << all;
  EXPECT_EQ(count_of("pixel slow 6 fast 4\n", all), 1U);
  EXPECT_EQ(count_of("pixel slow 6 fast 4\n", one), 1U);
  EXPECT_EQ(count_of("pixel slow 5 fast 3\n", one), 0U);
}

TEST(Console, HelpNamesEveryFlag) {
  const Workspace workspace;
  for (const Arguments& arguments :
       {Arguments{"simulate", "--help"}, {"-h"}, {"--help"}, {"-lambda", "1", "-h"}}) {
    const std::string text = workspace.run_silently(arguments).output;
    for (const char* flag : {"-mat", "-hkl", "-wilson", "-detector_thicksteps", "-show_config"}) {
      EXPECT_THAT(text, HasSubstr(flag));
    }
  }
  EXPECT_THAT(workspace.run_silently({"--help"}).output,
              AllOf(HasSubstr("nanobragg COMMAND --help"), HasSubstr("first picture")));
  EXPECT_THAT(workspace.run_silently({"--version"}).output,
              AllOf(HasSubstr("nanobragg 0."), HasSubstr("kernels: reference scalar")));
}

TEST(Console, NothingToDoIsWrongUsage) {
  const Workspace workspace;
  const ProgramResult result = workspace.run({});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.output, "");
  EXPECT_THAT(result.errors, AllOf(HasSubstr("usage: nanobragg [simulate] FLAGS"),
                                   HasSubstr("sweep"), HasSubstr("--help")));
}

TEST(Console, OutputThatDoesNotArriveIsAnError) {
  const Workspace workspace;
  const auto ends = [&](const std::string& script, const Arguments& arguments) {
    return workspace.run_script(script, arguments);
  };
  for (const Arguments& arguments : {Arguments{"--version"}, {"docs", "flags"}, small_run()}) {
    const ProgramResult full = ends(R"("$0" "$@" >/dev/full)", arguments);
    EXPECT_EQ(full.exit_code, 1);
    EXPECT_THAT(full.errors,
                HasSubstr("cannot write to standard output (No space left on device)"));
    const ProgramResult closed = ends(R"("$0" "$@" >&-)", arguments);
    EXPECT_EQ(closed.exit_code, 1);
    EXPECT_THAT(closed.errors, HasSubstr("cannot write to standard output (Bad file descriptor)"));
  }
  // The image must not take the place of what is printed, nor the other way round.
  workspace.run_script(R"("$0" "$@" >&- 2>&- <&-)", small_run());
  EXPECT_EQ(workspace.bytes("floatimage.bin").size(), 32U * 32 * 4);
  // A reader that has seen enough is as usual, also where the signal is ignored.
  // The program starts when the reader is gone: what it prints would fit into the pipe.
  const ProgramResult left = ends(
      R"(trap "" PIPE
      (until [ -e gone ]; do sleep 0.01; done; "$0" "$@"; echo $? >code) | (exec <&-; >gone)
      cat code)",
      {"docs", "flags"});
  EXPECT_EQ(left.errors, "");
  EXPECT_EQ(left.output, "1\n");
  EXPECT_EQ(ends(R"("$0" "$@" | head -1)", {"docs", "flags"}).errors, "");
}

TEST(Console, SimulateIsTheDefault) {
  const Workspace workspace;
  workspace.run_silently(Arguments{"simulate"} + small_run() + Arguments{"-seed", "1"});
  const std::string photons = workspace.bytes("noiseimage.img");
  workspace.run_silently(small_run() + Arguments{"-seed", "1"});
  EXPECT_TRUE(workspace.bytes("noiseimage.img") == photons);
}

TEST(Console, TheFirstPictureOfTheHelpWorks) {
  const Workspace workspace;
  workspace.run_silently({"-cell", "79", "79", "38", "90", "90", "90", "-wilson", "20,1", "-dmin",
                          "2.5", "-N", "10", "-distance", "150", "-pngfile", "first.png",
                          "-detpixels", "64"});
  EXPECT_TRUE(workspace.has("first.png"));
}

}  // namespace
}  // namespace nanobragg::test
