// Folders that may and may not be emptied.
#include "nanobragg/io/files/folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "nanobragg/base/error.hpp"
#include "support/program.hpp"

namespace nanobragg::io {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

void write(const fs::path& file) { std::ofstream(file) << "text"; }

TEST(Folder, IsMadeWithItsParents) {
  const test::TemporaryFolder root;
  make_folder(root.path() / "a" / "b");
  make_folder(root.path() / "a" / "b");
  EXPECT_TRUE(fs::is_directory(root.path() / "a" / "b"));
}

TEST(Folder, CannotTakeTheNameOfAFile) {
  const test::TemporaryFolder root;
  write(root.path() / "file");
  EXPECT_THROW(make_folder(root.path() / "file"), Error);
  EXPECT_THROW(make_folder(root.path() / "file" / "below"), Error);
}

TEST(Folder, IsEmptiedOnlyWithTheMarker) {
  const test::TemporaryFolder root;
  const fs::path folder = root.path() / "run";
  make_empty_folder(folder, "mine");
  make_empty_folder(folder, "mine");
  fs::create_directory(folder / "inner");
  write(folder / "inner" / "precious");
  EXPECT_THROW(make_empty_folder(folder, "mine"), Error);
  EXPECT_TRUE(fs::exists(folder / "inner" / "precious"));
  write(folder / "mine");
  make_empty_folder(folder, "mine");
  EXPECT_TRUE(names_in(folder).empty());
}

TEST(Folder, ListsNamesInOrder) {
  const test::TemporaryFolder root;
  for (const char* name : {"b", "a", ".c"}) write(root.path() / name);
  EXPECT_THAT(names_in(root.path()), ElementsAre(".c", "a", "b"));
  remove_files(root.path(), {"a", "absent"});
  EXPECT_THAT(names_in(root.path()), ElementsAre(".c", "b"));
  EXPECT_TRUE(names_in(root.path() / "absent").empty());
}

}  // namespace
}  // namespace nanobragg::io
