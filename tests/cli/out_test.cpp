// -out FILE: the format by the end of the name, which other files are written, and its errors.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "cli/workspace.hpp"
#include "nanobragg/io/images/cbf.hpp"
#include "nanobragg/io/images/raw_float.hpp"
#include "nanobragg/io/images/registry.hpp"
#include "nanobragg/io/images/smv.hpp"

namespace nanobragg::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const Arguments kBright =
    small_run() + Arguments{"-fluence", "1e27", "-seed", "5", "-oversample", "2"};

TEST(Out, WritesWhatIsNamedAndNothingElse) {
  const Workspace workspace;
  const auto before = workspace.files();
  const auto result = workspace.run_silently(
      kBright + Arguments{"-out", "a.cbf", "-out", "b.TIFF", "-floatfile", "f.bin"});
  EXPECT_THAT(result.output, HasSubstr("a.cbf: CBF, 32-bit counts"));
  std::vector<std::string> added;
  for (const auto& [name, bytes] : workspace.files()) {
    if (!before.contains(name)) added.push_back(fs::path(name).filename());
  }
  EXPECT_THAT(added, testing::UnorderedElementsAre("a.cbf", "b.TIFF", "f.bin", "Fdump.bin"));
}

TEST(Out, CountsTheExpectedPhotons) {
  const Workspace workspace;
  workspace.run_silently(kBright + Arguments{"-out", "n.cbf", "-out", "p.bin", "-out", "s.img"});
  workspace.run_silently(kBright + Arguments{"-out", "e.cbf", "-nonoise"});
  const auto photons = io::read_raw_float(workspace.path() / "p.bin", {32, 32});
  const auto counts = io::read_cbf(workspace.path() / "n.cbf");
  const auto rounded = io::read_cbf(workspace.path() / "e.cbf");
  const auto smv = io::read_smv(workspace.path() / "s.img");
  double chi_squared = 0.0;
  double lit = 0.0;
  for (std::size_t i = 0; i < counts.pixels().size(); ++i) {
    const auto mean = static_cast<double>(photons.pixels()[i]);
    EXPECT_EQ(rounded.pixels()[i], std::lround(mean));
    EXPECT_EQ(smv.pixels.pixels()[i], counts.pixels()[i] + 40);
    if (mean < 10.0) continue;
    chi_squared += std::pow(counts.pixels()[i] - mean, 2) / mean;
    lit += 1.0;
  }
  ASSERT_GT(lit, 50.0);
  // Its mean is the number of pixels, its standard deviation √(2n).
  EXPECT_NEAR(chi_squared, lit, 5.0 * std::sqrt(2.0 * lit));
}

TEST(Out, LeavesOutWhatIsNotRendered) {
  const Workspace workspace;
  workspace.run_silently(kBright + Arguments{"-roi", "3", "20", "4", "30", "-out", "r.cbf"});
  const auto counts = io::read_cbf(workspace.path() / "r.cbf");
  EXPECT_EQ(std::ranges::count(counts.pixels(), -1), 32 * 32 - 18 * 27);
  EXPECT_EQ((counts[{3, 3}]), -1);
  EXPECT_GE((counts[{4, 3}]), 0);
}

TEST(Out, DoesNotDependOnTheNumberOfThreads) {
  const Workspace one;
  const Workspace three;
  const Arguments out = {"-out", "a.cbf", "-out", "a.img", "-out", "a.png"};
  one.run_silently(kBright + out + Arguments{"-threads", "1"});
  three.run_silently(kBright + out + Arguments{"-threads", "3"});
  for (const char* name : {"a.cbf", "a.img", "a.png"}) {
    EXPECT_TRUE(one.bytes(name) == three.bytes(name)) << name;
  }
}

TEST(Out, RefusesWhatItCannotWrite) {
  const Workspace workspace;
  const auto before = workspace.files();
  const auto refused = [&](const Arguments& out, int code, const char* text) {
    const auto result = workspace.run(kBright + out);
    EXPECT_EQ(result.exit_code, code);
    EXPECT_THAT(result.errors, HasSubstr(text));
  };
  refused({"-out", "a.jpg"}, 2,
          "no image format for 'a.jpg' (the end of the name chooses it): known");
  refused({"-out", "a"}, 2, "no image format for 'a'");
  refused({"-out", "./a.img", "-intfile", "a.img"}, 2, "-intfile and -out both write");
  refused({"-out", "none/a.cbf"}, 1, "cannot write 'none/a.cbf'");
  refused({"-out", "tetragonal.hkl/a.cbf"}, 1, "cannot write");
  // Before anything is computed or written.
  refused({"-detector_rotx", "5", "-out", "a.cbf", "-out", "a.img"}, 1,
          "a.img: an SMV header has no words for this (the fast axis is not along the spindle but "
          "5° off)");
  workspace.expect_unchanged(before);
}

// A limit on the size of files ends a program that does not care.
TEST(Out, LeavesNothingOfAFileBeyondTheLimit) {
  const Workspace workspace;
  for (const char* out : {"a.bin", "a.img", "a.cbf", "a.tif", "a.nxs"}) {
    if (!io::find_format(out)->write) continue;
    const auto before = workspace.files();
    const auto result =
        workspace.run_script(R"(ulimit -f 8; "$0" "$@")",
                             small_run() + Arguments{"-detpixels", "512", "-quiet", "-out", out});
    EXPECT_EQ(result.exit_code, 1) << out;
    EXPECT_THAT(result.errors, HasSubstr("File too large")) << out;
    workspace.expect_unchanged(before);
  }
}

TEST(Out, IsReadWithTheFilterThatItNames) {
  if (!io::find_format("x.nxs")->write) GTEST_SKIP() << "built without HDF5: libhdf5-dev";
  const Workspace workspace;
  workspace.run_silently(small_run() + Arguments{"-quiet", "-out", "a.nxs"});
  if (workspace.bytes("a.nxs").find("bitshuffle") == std::string::npos) {
    GTEST_SKIP() << "written without the filter: apt-get install bitshuffle";
  }
  fs::create_directory(workspace.path() / "empty");
  for (const char* plugins : {"empty", "none"}) {
    const auto result =
        workspace.run_script(std::string("HDF5_PLUGIN_PATH=") + plugins + R"( "$0" "$@")",
                             {"-geometry", "a.nxs", "-cell", "74", "-default_F", "1", "-quiet"});
    EXPECT_EQ(result.exit_code, 1) << plugins;
    EXPECT_THAT(result.errors, HasSubstr("required filter 'bitshuffle")) << plugins;
    EXPECT_THAT(result.errors, HasSubstr("install its plugin (Debian: bitshuffle")) << plugins;
  }
}

// The image says where the beam is, whatever the convention it was made in.
TEST(Out, ReadsItsOwnBeamCentreBack) {
  const Workspace workspace;
  const Arguments place = {"-Xbeam", "1.3", "-Ybeam", "1.9"};
  for (const char* convention : {"-mosflm", "-denzo", "-adxv", "-dials"}) {
    workspace.run(kBright + place +
                  Arguments{convention, "-intfile", "i.img", "-floatfile", "a.bin"});
    const auto again = workspace.run(
        {"-cell",    "74",       "74",    "36",         "-hkl",  "tetragonal.hkl", "-N",
         "5",        "-fluence", "1e27",  "-seed",      "5",     "-oversample",    "2",
         convention, "-img",     "i.img", "-floatfile", "b.bin", "-intfile",       "j.img"});
    EXPECT_EQ(again.exit_code, 0) << again.errors;
    EXPECT_TRUE(workspace.bytes("a.bin") == workspace.bytes("b.bin")) << convention;
  }
}

}  // namespace
}  // namespace nanobragg::test
