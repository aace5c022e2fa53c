// Programs that end in every way.
#include "nanobragg/io/files/process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "nanobragg/base/error.hpp"
#include "support/program.hpp"

namespace nanobragg::io {
namespace {

namespace fs = std::filesystem;

std::string error_of(const std::string& program) {
  try {
    return "found " + find_program(program).string();
  } catch (const Error& error) {
    return error.what();
  }
}

class Process : public testing::Test {
 protected:
  ProcessResult run(const std::string& script) {
    return run_process({"/bin/sh",
                        {"-c", script},
                        folder_.path(),
                        folder_.path() / "out",
                        folder_.path() / "err"});
  }
  std::string text(const std::string& name) { return test::read_bytes(folder_.path() / name); }
  test::TemporaryFolder folder_;
};

TEST_F(Process, KeepsWhatItPrintsAndTheExitCode) {
  const ProcessResult result = run("echo good; echo bad >&2; exit 7");
  EXPECT_EQ(result.exit_code, 7);
  EXPECT_EQ(result.signal, 0);
  EXPECT_FALSE(result.succeeded());
  EXPECT_EQ(text("out"), "good\n");
  EXPECT_EQ(text("err"), "bad\n");
}

TEST_F(Process, TellsTheSignal) {
  const ProcessResult result = run("kill -SEGV $$");
  EXPECT_EQ(result.signal, SIGSEGV);
  EXPECT_FALSE(result.succeeded());
}

TEST_F(Process, RunsInItsFolderWithNothingToRead) {
  EXPECT_TRUE(run("pwd -P > here; cat > input").succeeded());
  EXPECT_EQ(text("here"), fs::canonical(folder_.path()).string() + "\n");
  EXPECT_EQ(text("input"), "");
}

TEST_F(Process, ArgumentsAreNotInterpreted) {
  const std::string odd = "a b'\"$HOME*;";
  const ProcessRequest request{
      "/bin/echo", {odd}, folder_.path(), folder_.path() / "out", folder_.path() / "err"};
  EXPECT_TRUE(run_process(request).succeeded());
  EXPECT_EQ(text("out"), odd + "\n");
}

TEST_F(Process, MeasuresTimeAndMemory) {
  const ProcessResult result = run("sleep 0.05");
  EXPECT_GE(result.wall_ms, 50.0);
  EXPECT_GT(result.peak_memory_kb, 100);
}

TEST_F(Process, ThatCannotStartIsAnError) {
  std::ofstream(folder_.path() / "data") << "no program";
  fs::permissions(folder_.path() / "data", fs::perms::owner_all);
  const ProcessRequest request{
      folder_.path() / "data", {}, folder_.path(), folder_.path() / "out", folder_.path() / "err"};
  EXPECT_THROW(run_process(request), Error);
}

TEST_F(Process, FindsProgramsAsAShellDoes) {
  EXPECT_TRUE(find_program("sh").is_absolute());
  EXPECT_EQ(find_program("/bin/sh"), "/bin/sh");
  EXPECT_THAT(error_of("no-such-program-anywhere"), testing::HasSubstr("folders of PATH"));
  EXPECT_THAT(error_of(""), testing::HasSubstr("cannot run ''"));
  EXPECT_THAT(error_of((folder_.path() / "none").string()),
              testing::HasSubstr("No such file or directory"));
  std::ofstream(folder_.path() / "data") << "no program";
  EXPECT_THAT(error_of((folder_.path() / "data").string()),
              testing::HasSubstr("not an executable file"));
  EXPECT_THAT(error_of(folder_.path().string() + "/"),
              testing::HasSubstr("not an executable file"));
}

TEST_F(Process, KnowsItself) { EXPECT_EQ(this_program().filename(), "unit_tests"); }

}  // namespace
}  // namespace nanobragg::io
