// Whatever a command writes, it leaves what it reads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "cli/workspace.hpp"
#include "nanobragg/io/images/registry.hpp"

namespace nanobragg::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Inputs : public testing::Test {
 protected:
  // Expects that the command says `why` and ends with `code`, and that no file has changed.
  void survive(const Arguments& command, const std::string& why, int code = 2) const {
    const auto before = workspace_.files();
    const ProgramResult result = workspace_.run(command);
    EXPECT_EQ(result.exit_code, code) << result.output << result.errors;
    EXPECT_THAT(result.errors, HasSubstr(why));
    workspace_.expect_unchanged(before);
  }
  // An image of a small run, and other files that can be read.
  void make(const Arguments& outputs) const {
    const ProgramResult result = workspace_.run(small_run() + Arguments{"-quiet"} + outputs);
    ASSERT_EQ(result.exit_code, 0) << result.errors;
  }
  void link(const std::string& name, const std::string& to) const {
    fs::create_symlink(to, workspace_.path() / name);
  }

  const Workspace workspace_;
};

TEST_F(Inputs, OfSimulateSurvive) {
  make({"-intfile", "m.img", "-out", "x.expt"});
  workspace_.write("c.toml", "[beam]\nwavelength_A = 1.0\n");
  link("soft.img", "m.img");
  fs::create_hard_link(workspace_.path() / "m.img", workspace_.path() / "hard.img");
  const Arguments run = small_run();
  survive(run + Arguments{"-mask", "m.img", "-intfile", "m.img"},
          "-intfile would overwrite 'm.img' (which -mask reads): give the output another name");
  survive(run + Arguments{"-img", "m.img", "-noisefile", "m.img"}, "(which -img reads)");
  survive(run + Arguments{"-img", "m.img", "-noisefile", "soft.img"}, "(which -img reads)");
  survive(run + Arguments{"-img", "soft.img", "-pgmfile", "hard.img"}, "(which -img reads)");
  survive(run + Arguments{"-img", "m.img", "-out", "./hard.img"}, "-out would overwrite");
  survive(run + Arguments{"-config", "c.toml", "-floatfile", "c.toml"},
          "-floatfile would overwrite 'c.toml'");
  survive(run + Arguments{"-hkl", "tetragonal.hkl", "-dump", "tetragonal.hkl"},
          "-dump would overwrite 'tetragonal.hkl' (which -hkl reads)");
  survive({"-geometry", "x.expt", "-hkl", "tetragonal.hkl", "-N", "5", "-out", "x.expt"},
          "(which -geometry reads)");
  survive(run + Arguments{"-intfile", "new.img", "-out", "./new.img"}, "both write");
}

// A dump that is read is an input; one that is written is not.
TEST_F(Inputs, ADumpThatIsReadSurvives) {
  make({"-dump", "d.bin"});
  const Arguments cell = {"-cell", "74", "74", "36", "-N", "5", "-detpixels", "32", "-quiet"};
  survive(cell + Arguments{"-dump", "d.bin", "-floatfile", "d.bin"},
          "-floatfile would overwrite 'd.bin' (which this run has read)");
  make({"-dump", "d.bin"});
}

TEST_F(Inputs, OfSeriesSurvive) {
  make({"-intfile", "m_0001.img", "-out", "x.expt"});
  workspace_.write("run.lst", "0 0 0\n0 0 1\n");
  workspace_.write("run.sol", "1.0 1 1\n1.1 1 1\n");
  const Arguments flags = Arguments{"--"} + small_run();
  const Arguments sweep = {"sweep", "--images", "2", "--osc", "1", "--out"};
  const Arguments by_file = {"--", "-geometry", "x.expt", "-hkl", "tetragonal.hkl", "-N", "5"};
  survive(sweep + Arguments{"x_###.cbf"} + by_file,
          "--out would overwrite 'x.expt' (which -geometry reads)");
  survive(sweep + Arguments{"m_####.img"} + flags + Arguments{"-img", "m_0001.img"},
          "(which -img reads)");
  const Arguments stills = {"stills", "--images", "2", "--out", "run_#.cbf"};
  survive(stills + Arguments{"--orientations", "run.lst"} + flags,
          "--out would overwrite 'run.lst' (which --orientations reads)");
  survive(stills + Arguments{"--spectra", "run.sol"} + flags, "(which --spectra reads)");
  if (!io::find_format("x.nxs")->write) GTEST_SKIP() << "built without HDF5: libhdf5-dev";
  survive(sweep + Arguments{"x.nxs"} + by_file, "(which -geometry reads)");
}

TEST_F(Inputs, OfCompareSurvive) {
  fs::create_directory(workspace_.path() / "p");
  make({"-pngfile", "p/preview.png", "-out", "p/reference.png", "-out", "p/candidate.png"});
  survive({"compare", "p/reference.png", "p/candidate.png", "--out", "p"},
          "--out would overwrite 'p/reference.png' (which IMAGES reads)", 1);
  survive({"compare", "p/candidate.png", "p/reference.png", "--out", "./p/../p"}, "overwrite", 1);
  link("q", "p");
  survive({"compare", "p/candidate.png", "q/reference.png", "--out", "q"}, "overwrite", 1);
  // Folders of programs are emptied: nothing in them may be read.
  fs::create_directories(workspace_.path() / "p/reference/files");
  workspace_.write("p/reference/command.txt", "");
  fs::copy(workspace_.path() / "tetragonal.hkl", workspace_.path() / "p/reference/files/t.hkl");
  survive({"compare", "--candidate-flags", "-quiet", "--out", "p", "--", "-cell", "74", "74", "36",
           "-hkl", "p/reference/files/t.hkl", "-N", "5", "-detpixels", "32"},
          "(which -hkl reads)", 1);
}

TEST_F(Inputs, OfTraceAuditAndRefineSurvive) {
  fs::create_directory(workspace_.path() / "d");
  fs::copy(workspace_.path() / "tetragonal.hkl", workspace_.path() / "d/trace.log");
  const Arguments run = {"-cell",       "74", "74", "36",         "-hkl",
                         "d/trace.log", "-N", "5",  "-detpixels", "32"};
  survive(Arguments{"trace", "--pixel", "1", "1", "--out", "d", "--"} + run,
          "--out would overwrite 'd/trace.log' (which -hkl reads)");
  workspace_.write("d/metrics.json", "TRACE_C: polar 1\n");
  survive({"audit", "d/metrics.json", "d/metrics.json", "--out", "d"},
          "--out would overwrite 'd/metrics.json' (which ");
  fs::create_directory(workspace_.path() / "r");
  make({"-intfile", "r/i.img"});
  fs::create_hard_link(workspace_.path() / "r/i.img", workspace_.path() / "r/observed.png");
  survive(Arguments{"refine", "--image", "r/i.img", "--parameters", "fluence", "--out", "r", "--"} +
              small_run(),
          "--out would overwrite 'r/i.img' (which --image reads)");
}

// What fails leaves what earlier work left.
TEST_F(Inputs, EvidenceOfAFailureCostsNothing) {
  const Arguments trace = {"trace", "--pixel", "1", "1", "--out", "d", "--"};
  fs::create_directory(workspace_.path() / "d");
  workspace_.write("d/env.json", "mine");
  workspace_.write("d/stdout.txt", "mine");
  EXPECT_EQ(workspace_.run(trace + Arguments{"-badflag"}).exit_code, 2);
  EXPECT_EQ(workspace_.bytes("d/env.json"), "mine");
  EXPECT_EQ(workspace_.bytes("d/stdout.txt"), "mine");
  ASSERT_EQ(workspace_.run(trace + small_run()).exit_code, 0);
  const std::string lines = workspace_.bytes("d/trace.log");
  EXPECT_EQ(workspace_.run(trace + Arguments{"-badflag"}).exit_code, 2);
  EXPECT_EQ(workspace_.run(trace + Arguments{"-worseflag"}).exit_code, 2);
  EXPECT_EQ(workspace_.bytes("d/trace.log"), lines);
  EXPECT_THAT(workspace_.bytes("d/attempt_failed.log"),
              AllOf(HasSubstr("-badflag"), HasSubstr("-worseflag")));

  make({"-intfile", "a.img"});
  ASSERT_EQ(workspace_.run({"compare", "a.img", "a.img", "--out", "c"}).exit_code, 0);
  const std::string page = workspace_.bytes("c/report.html");
  const ProgramResult failed = workspace_.run({"compare", "a.img", "absent.img", "--out", "c"});
  EXPECT_EQ(failed.exit_code, 1);
  EXPECT_THAT(failed.output, HasSubstr("c/failed-1/report.html shows it"));
  EXPECT_EQ(workspace_.bytes("c/report.html"), page);
  EXPECT_TRUE(workspace_.has("c/reference.png"));
  EXPECT_THAT(workspace_.bytes("c/failed-1/summary.json"), HasSubstr("unreadable"));
  EXPECT_FALSE(workspace_.has("c/unfinished"));
}

}  // namespace
}  // namespace nanobragg::test
