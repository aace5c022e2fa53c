// What a run leaves behind: names, which files, whole files, the cache, the same bytes always.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "cli/workspace.hpp"

namespace nanobragg::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;
using testing::UnorderedElementsAre;

const Arguments kSeeded = {"-seed", "1"};

// Names of the files that a run adds to the folder.
std::vector<std::string> added_by(const Arguments& arguments) {
  const Workspace workspace;
  const auto before = workspace.files();
  workspace.run_silently(arguments);
  std::vector<std::string> added;
  for (const auto& [name, bytes] : workspace.files()) {
    if (!before.contains(name)) added.push_back(fs::path(name).filename());
  }
  return added;
}

TEST(Outputs, HaveTheNamesOfTheReference) {
  EXPECT_THAT(added_by(small_run()),
              UnorderedElementsAre("floatimage.bin", "intimage.img", "noiseimage.img", "image.pgm",
                                   "Fdump.bin"));
}

TEST(Outputs, AreWhatIsAskedFor) {
  const Arguments named = {"-floatimage", "f", "-intimage", "i", "-noiseimage", "n",
                           "-pgmimage",   "p", "-pngfile",  "c", "-dump",       "d"};
  EXPECT_THAT(added_by(small_run() + named), UnorderedElementsAre("f", "i", "n", "p", "c", "d"));
  EXPECT_THAT(added_by(small_run() + Arguments{"-nonoise", "-nopgm"}),
              UnorderedElementsAre("floatimage.bin", "intimage.img", "Fdump.bin"));
  EXPECT_THAT(
      added_by({"-cell", "50", "-default_F", "500", "-detpixels", "8"}),
      UnorderedElementsAre("floatimage.bin", "intimage.img", "noiseimage.img", "image.pgm"));
}

TEST(Outputs, TheLastOfNoiseFlagsWins) {
  EXPECT_THAT(added_by(small_run() + Arguments{"-noisefile", "n.img", "-nonoise"}),
              testing::Not(testing::Contains("n.img")));
  EXPECT_THAT(added_by(small_run() + Arguments{"-nonoise", "-noisefile", "n.img"}),
              testing::Contains("n.img"));
}

TEST(Outputs, BeginAsTheirFormatsDo) {
  const Workspace workspace;
  workspace.run_silently(small_run() + Arguments{"-pngfile", "c.png"});
  EXPECT_EQ(workspace.bytes("floatimage.bin").size(), 32U * 32 * 4);
  EXPECT_EQ(workspace.bytes("intimage.img").size(), 512U + 32 * 32 * 2);
  EXPECT_THAT(workspace.bytes("intimage.img"), StartsWith("{\nHEADER_BYTES=512;\nDIM=2;\n"));
  EXPECT_THAT(workspace.bytes("noiseimage.img"), HasSubstr("ADC_OFFSET=40;"));
  EXPECT_THAT(workspace.bytes("image.pgm"), StartsWith("P5\n32 32\n# pixels scaled by "));
  EXPECT_THAT(workspace.bytes("c.png"), StartsWith("\x89PNG\r\n\x1a\n"));
}

TEST(Outputs, DoNotDependOnTheNumberOfThreads) {
  const Workspace one;
  const Arguments arguments =
      small_run() + kSeeded +
      Arguments{"-mosaic", "1", "-phi", "1", "-osc", "1", "-interpolate", "-pngfile", "c.png"};
  one.run(arguments + Arguments{"-threads", "1"});
  for (const char* threads : {"2", "5", "2147483647"}) {
    const Workspace many;
    many.run(arguments + Arguments{"-threads", threads});
    for (const char* file :
         {"floatimage.bin", "intimage.img", "noiseimage.img", "image.pgm", "c.png"}) {
      EXPECT_TRUE(one.bytes(file) == many.bytes(file)) << file << " of " << threads << " threads";
    }
  }
}

struct Placement {
  const char* convention;
  Arguments centre;
};

// Six digits of the header shift the image by less than a millionth of a pixel.
TEST(Outputs, ReadBackAsHeadersGiveTheSameImage) {
  const Workspace workspace;
  const Arguments crystal = {"-cell", "74", "74", "36", "-hkl", "tetragonal.hkl", "-N", "5"};
  for (const Placement& placement : {Placement{"-mosflm", {"-Xbeam", "2.5", "-Ybeam", "1.75"}},
                                     {"-denzo", {"-Xbeam", "2.5", "-Ybeam", "1.75"}},
                                     {"-adxv", {"-Xbeam", "2.5", "-Ybeam", "1.75"}},
                                     {"-xds", {"-ORGX", "25.5", "-ORGY", "17"}},
                                     {"-dials", {"-ORGX", "25.5", "-ORGY", "17"}}}) {
    const Arguments convention = {placement.convention};
    const Arguments detector = {"-detpixels_x", "40",        "-detpixels_y", "30",      "-pixel",
                                "0.125",        "-distance", "75",           "-lambda", "1.25"};
    workspace.run_silently(crystal + convention + detector + placement.centre +
                           Arguments{"-intfile", "own.img", "-floatfile", "first.bin"});
    workspace.run_silently(crystal + convention +
                           Arguments{"-img", "own.img", "-floatfile", "second.bin"});
    const std::vector<float> first = read_floats(workspace.path() / "first.bin");
    const std::vector<float> second = read_floats(workspace.path() / "second.bin");
    ASSERT_EQ(first.size(), second.size()) << placement.convention;
    const float largest = *std::ranges::max_element(first);
    ASSERT_GT(largest, 100.0F);
    for (std::size_t i = 0; i < first.size(); ++i) {
      ASSERT_NEAR(first[i], second[i], 1e-5 * largest) << placement.convention << " " << i;
    }
  }
}

TEST(Outputs, FollowTheSeed) {
  const Workspace workspace;
  workspace.run_silently(small_run() + kSeeded);
  const std::string first = workspace.bytes("noiseimage.img");
  const std::string photons = workspace.bytes("floatimage.bin");
  workspace.run_silently(small_run() + kSeeded);
  EXPECT_TRUE(workspace.bytes("noiseimage.img") == first);
  workspace.run_silently(small_run() + Arguments{"-seed", "2"});
  EXPECT_FALSE(workspace.bytes("noiseimage.img") == first);
  EXPECT_TRUE(workspace.bytes("floatimage.bin") == photons);
}

TEST(Outputs, ReplaceWhatStoodThereButKeepALinkAndItsTarget) {
  const Workspace workspace;
  workspace.write("target.bin", "old");
  fs::create_symlink("target.bin", workspace.path() / "link.bin");
  workspace.run_silently(small_run() + Arguments{"-floatfile", "link.bin"});
  EXPECT_TRUE(fs::is_symlink(workspace.path() / "link.bin"));
  EXPECT_EQ(workspace.bytes("target.bin").size(), 32U * 32 * 4);
}

TEST(Outputs, GoToFoldersDevicesAndAnyName) {
  const Workspace workspace;
  fs::create_directory(workspace.path() / "out");
  workspace.run_silently(small_run() + Arguments{"-floatfile", "out/../out/ü \"1\" –x.bin",
                                                 "-intfile", "/dev/null", "-noisefile", "/dev/null",
                                                 "-pgmfile", "/dev/null"});
  EXPECT_EQ(workspace.bytes("out/ü \"1\" –x.bin").size(), 32U * 32 * 4);
}

// A name that begins with a dash is a value where a value is due.
TEST(Outputs, MayBeCalledLikeNoFlag) {
  EXPECT_THAT(added_by(small_run() + Arguments{"-floatfile", "-x.bin"}),
              testing::Contains("-x.bin"));
}

TEST(Cache, StandsInForMissingAmplitudes) {
  const Workspace workspace;
  const Arguments without = {"-cell", "74", "74", "36", "-N", "5", "-detpixels", "32"};
  workspace.run_silently(small_run());
  const std::string photons = workspace.bytes("floatimage.bin");
  const ProgramResult again = workspace.run(without);
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_EQ(again.errors,
            "warning: amplitudes come from 'Fdump.bin', the cache of an earlier run: remove it to "
            "run without them\n");
  EXPECT_TRUE(workspace.bytes("floatimage.bin") == photons);
  // Asked for by name it is no surprise.
  fs::rename(workspace.path() / "Fdump.bin", workspace.path() / "mine.bin");
  workspace.run_silently(without + Arguments{"-dump", "mine.bin"});
  EXPECT_TRUE(workspace.bytes("floatimage.bin") == photons);
}

TEST(Cache, ThatCannotBeWrittenSpoilsNothing) {
  const Workspace workspace;
  fs::create_directory(workspace.path() / "Fdump.bin");
  const ProgramResult result = workspace.run(small_run());
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("warning: the amplitudes are not cached: cannot write"));
  EXPECT_TRUE(workspace.has("floatimage.bin"));
}

TEST(Cache, ThatIsMissingLeavesTheDefault) {
  const Workspace workspace;
  const ProgramResult result =
      workspace.run({"-cell", "50", "-default_F", "7", "-dump", "no.bin", "-detpixels", "8"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.errors, HasSubstr("'no.bin' does not exist"));
  EXPECT_THAT(result.errors, HasSubstr("every amplitude is 7"));
}

}  // namespace
}  // namespace nanobragg::test
