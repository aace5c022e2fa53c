// A run keeps its inputs, under whichever name they are written.
#include "nanobragg/io/files/run_files.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "support/temporary_folder.hpp"

namespace nanobragg::io {
namespace {

namespace fs = std::filesystem;

bool is_same_file(const fs::path& read, const fs::path& written) {
  try {
    check_inputs_survive({.read = {{"-in", read}}, .written = {{"-out", written}}});
    return false;
  } catch (const OverwriteError&) {
    return true;
  }
}

TEST(RunFiles, FollowSpellingsOfAPath) {
  const test::TemporaryFolder folder;
  fs::create_directory(folder / "sub");
  EXPECT_TRUE(is_same_file(folder / "a", folder / "sub/../a"));
  EXPECT_TRUE(is_same_file(folder / "no/a", folder / "no/./a"));
  EXPECT_FALSE(is_same_file(folder / "a", folder / "b"));
  EXPECT_FALSE(is_same_file(folder / "a", folder / "sub/a"));
  EXPECT_TRUE(is_same_file("a", "./a"));
}

TEST(RunFiles, FollowLinks) {
  const test::TemporaryFolder folder;
  std::ofstream(folder / "a") << "x";
  std::ofstream(folder / "b") << "x";
  fs::create_symlink("a", folder / "soft");
  fs::create_hard_link(folder / "a", folder / "hard");
  fs::create_symlink("missing", folder / "loose");
  EXPECT_TRUE(is_same_file(folder / "a", folder / "soft"));
  EXPECT_TRUE(is_same_file(folder / "hard", folder / "soft"));
  EXPECT_TRUE(is_same_file(folder / "missing", folder / "loose"));
  EXPECT_FALSE(is_same_file(folder / "b", folder / "soft"));
}

TEST(RunFiles, LetADeviceBeReadAndWritten) { EXPECT_FALSE(is_same_file("/dev/null", "/dev/null")); }

}  // namespace
}  // namespace nanobragg::io
