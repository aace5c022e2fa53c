// A damaged cache of amplitudes, files without permission, and runs that lack what they need.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>

#include "cli/workspace.hpp"

namespace nanobragg::test {
namespace {

using testing::HasSubstr;

// A run of which the amplitudes come from the dump `name`.
Arguments with_dump(const std::string& name) {
  return {"-cell", "74", "74", "36", "-N", "5", "-detpixels", "32", "-dump", name};
}

void expect_failure(const Workspace& workspace, const Arguments& arguments, int exit_code,
                    const std::vector<std::string>& says) {
  const auto before = workspace.files();
  const ProgramResult result = workspace.run(arguments);
  EXPECT_EQ(result.exit_code, exit_code) << result.errors;
  for (const std::string& part : says) EXPECT_THAT(result.errors, HasSubstr(part));
  workspace.expect_unchanged(before);
}

// The bytes of a good dump, made by the program.
std::string good_dump(const Workspace& workspace) {
  workspace.run_silently(small_run() + Arguments{"-dump", "good.bin", "-seed", "1"});
  return workspace.bytes("good.bin");
}

TEST(BadDump, TruncatedIsRefused) {
  const Workspace workspace;
  std::string bytes = good_dump(workspace);
  bytes.resize(bytes.size() - 1);
  workspace.write("bad.bin", bytes);
  expect_failure(workspace, with_dump("bad.bin"), 1, {"bad.bin: truncated table", "HKL file"});
}

TEST(BadDump, OtherByteOrderIsRefused) {
  const Workspace workspace;
  std::string bytes = good_dump(workspace);
  for (std::size_t i = bytes.find('\f') + 1; i + 8 <= bytes.size(); i += 8) {
    std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(i),
                 bytes.begin() + static_cast<std::ptrdiff_t>(i) + 8);
  }
  workspace.write("bad.bin", bytes);
  expect_failure(workspace, with_dump("bad.bin"), 1, {"bad.bin: ", "other byte order", "HKL file"});
}

TEST(BadDump, DamagedFirstLineIsRefused) {
  const Workspace workspace;
  workspace.write("bad.bin", "-1 1 -1 1\n\f");
  expect_failure(workspace, with_dump("bad.bin"), 1, {"bad.bin: damaged first line", "found 4"});
}

TEST(BadDump, HugeLimitsAreRefused) {
  const Workspace workspace;
  workspace.write("bad.bin", "-2000000000 2000000000 0 2000000000 0 9\n\f");
  expect_failure(workspace, with_dump("bad.bin"), 1, {"GB of memory"});
}

TEST(BadDump, MissingWithoutDefaultIsRefused) {
  const Workspace workspace;
  expect_failure(workspace, with_dump("no.bin"), 2,
                 {"no structure factors", "'no.bin'", "-hkl FILE"});
}

TEST(Lacking, ACellIsAskedFor) {
  const Workspace workspace;
  expect_failure(workspace, {"-default_F", "10"}, 2, {"no unit cell", "-cell a b c", "-mat FILE"});
}

TEST(Lacking, AnAbsurdDetectorIsRefused) {
  const Workspace workspace;
  expect_failure(workspace, {"-cell", "50", "-default_F", "1", "-detsize", "1e9"}, 2,
                 {"impossible detector size", "-detsize"});
}

TEST(Lacking, AResolutionForWilsonIsAskedFor) {
  const Workspace workspace;
  expect_failure(workspace, {"-cell", "50", "-wilson", "20,1"}, 2, {"resolution limit", "-dmin"});
}

TEST(Lacking, AnUnknownCommandIsNamed) {
  const Workspace workspace;
  expect_failure(workspace, {"simulat"}, 2, {"'simulat'", "did you mean 'simulate'?"});
}

TEST(Permission, IsCheckedBeforeTheComputation) {
  if (geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  const Workspace workspace;
  workspace.write("locked.bin", "old");
  workspace.write("secret.hkl", "1 0 0 1\n");
  std::filesystem::permissions(workspace.path() / "locked.bin", std::filesystem::perms::owner_read);
  expect_failure(workspace, small_run() + Arguments{"-floatfile", "locked.bin"}, 1,
                 {"cannot write 'locked.bin'", "Permission denied"});
  std::filesystem::permissions(workspace.path() / "secret.hkl",
                               std::filesystem::perms::owner_write);
  const ProgramResult result = workspace.run(small_run() + Arguments{"-hkl", "secret.hkl"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.errors, HasSubstr("cannot read 'secret.hkl' (Permission denied)"));
}

}  // namespace
}  // namespace nanobragg::test
