// Whole files: what is read, what a failed write leaves behind, and what is refused beforehand.
#include "nanobragg/io/files/file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "nanobragg/base/error.hpp"
#include "support/temporary_folder.hpp"

namespace nanobragg::io {
namespace {

using test::TemporaryFolder;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

auto throws(const std::string& part) { return ThrowsMessage<Error>(HasSubstr(part)); }

// Makes every write beyond `bytes` fail, as a full disk would.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : old_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &old_limit_);
    rlimit limit = old_limit_;
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &old_limit_);
    std::signal(SIGXFSZ, old_handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit old_limit_{};
  void (*old_handler_)(int);
};

// The superuser may write everywhere: gives that power up for a while.
class OrdinaryUser {
 public:
  OrdinaryUser() : was_root_(::geteuid() == 0) { EXPECT_EQ(was_root_ ? ::seteuid(kNobody) : 0, 0); }
  ~OrdinaryUser() { EXPECT_EQ(was_root_ ? ::seteuid(0) : 0, 0); }
  OrdinaryUser(const OrdinaryUser&) = delete;
  OrdinaryUser& operator=(const OrdinaryUser&) = delete;

 private:
  static constexpr uid_t kNobody = 65534;
  bool was_root_;
};

TEST(ReadFile, ReturnsEveryByte) {
  const TemporaryFolder folder;
  const std::string bytes("a\0b\r\n\xff", 6);
  write_file_atomically(folder / "f", bytes);
  EXPECT_EQ(read_file(folder / "f"), bytes);
  write_file_atomically(folder / "f", "");
  EXPECT_EQ(read_file(folder / "f"), "");
}

TEST(ReadFile, ReadsFilesWithoutASize) {
  EXPECT_THAT(read_file("/proc/self/stat"), HasSubstr("("));
}

TEST(ReadFile, SaysWhyItCannot) {
  const TemporaryFolder folder;
  EXPECT_THAT([&] { read_file(folder / "gone"); },
              ThrowsMessage<Error>(AllOf(HasSubstr("gone'"), HasSubstr("No such file"))));
  EXPECT_THAT([&] { read_file(folder.path()); }, throws("Is a directory"));
}

TEST(AtomicFile, ReplacesTheFileAndKeepsItsPermissions) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "f", "old");
  ::chmod((folder / "f").c_str(), 0640);
  const std::string header = "head", body = "body";
  write_file_atomically(folder / "f",
                        {std::as_bytes(std::span(header)), std::as_bytes(std::span(body))});
  EXPECT_EQ(read_file(folder / "f"), "headbody");
  EXPECT_EQ(std::filesystem::status(folder / "f").permissions(), std::filesystem::perms(0640));
  EXPECT_THAT(folder.names(), ElementsAre("f"));
}

TEST(AtomicFile, WithoutCommitTheOldFileStays) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "f", "old");
  {
    AtomicFile file(folder / "f");
    file.write("new");
    EXPECT_EQ(read_file(folder / "f"), "old");
  }
  EXPECT_EQ(read_file(folder / "f"), "old");
  EXPECT_THAT(folder.names(), ElementsAre("f"));
}

TEST(AtomicFile, AFullDiskLeavesTheOldFileAndNothingElse) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "f", "old");
  // Below and above the stream's buffer: the failure shows when closing or when writing.
  for (const std::size_t size : {2000U, 2000000U}) {
    const FileSizeLimit limit(1000);
    EXPECT_THAT([&] { write_file_atomically(folder / "f", std::string(size, 'x')); },
                throws("File too large"));
  }
  EXPECT_EQ(read_file(folder / "f"), "old");
  EXPECT_THAT(folder.names(), ElementsAre("f"));
}

TEST(AtomicFile, FollowsLinks) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "f", "old");
  std::filesystem::create_symlink("f", folder / "link");
  write_file_atomically(folder / "link", "new");
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
  EXPECT_EQ(read_file(folder / "f"), "new");
}

// Also to a file that is not there yet, over several links, relative ones.
TEST(AtomicFile, FollowsDanglingLinks) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() / "data");
  std::filesystem::create_symlink("data/second", folder.path() / "first");
  std::filesystem::create_symlink("file", folder.path() / "data/second");
  write_file_atomically(folder.path() / "first", "new");
  EXPECT_TRUE(std::filesystem::is_symlink(folder.path() / "first"));
  EXPECT_TRUE(std::filesystem::is_symlink(folder.path() / "data/second"));
  EXPECT_EQ(read_file(folder.path() / "data/file"), "new");
  std::filesystem::create_symlink("round", folder.path() / "round");
  EXPECT_THAT([&] { write_file_atomically(folder.path() / "round", "new"); },
              throws("Too many levels of symbolic links"));
}

TEST(AtomicFile, WritesToDevicesWithoutReplacingThem) {
  write_file_atomically("/dev/null", "gone");
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
  EXPECT_THAT([] { write_file_atomically("/dev/full", "x"); }, throws("No space left"));
}

TEST(AtomicFile, TakesTheLongestNameOfASystem) {
  const TemporaryFolder folder;
  const std::string name(255, 'n');
  write_file_atomically(folder / name, "x");
  EXPECT_THAT(folder.names(), ElementsAre(name));
}

TEST(CheckWritable, AcceptsNewAndExistingFilesWithoutTouchingThem) {
  const TemporaryFolder folder;
  check_writable(folder / "new");
  EXPECT_THAT(folder.names(), IsEmpty());
  write_file_atomically(folder / "f", "old");
  check_writable(folder / "f");
  EXPECT_EQ(read_file(folder / "f"), "old");
  check_writable("name_without_a_folder");
}

TEST(CheckWritable, RefusesWhatCannotBecomeAFile) {
  const TemporaryFolder folder;
  EXPECT_THAT([] { check_writable(""); }, throws("the name is empty"));
  EXPECT_THAT([&] { check_writable(folder / "no/f"); }, throws("No such file"));
  EXPECT_THAT([&] { check_writable(folder.path()); }, throws("Is a directory"));
  EXPECT_THAT([&] { check_writable(folder / "new/"); }, throws("slash"));
  EXPECT_THAT([&] { check_writable(folder / std::string(256, 'n')); }, throws("name too long"));
  write_file_atomically(folder / "f", "old");
  EXPECT_THAT([&] { check_writable(folder / "f/g"); }, throws("Not a directory"));
}

TEST(CheckWritable, RefusesLockedFoldersAndFiles) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "f", "old");
  ::chmod((folder / "f").c_str(), 0444);
  ::chmod(folder.path().c_str(), 0777);
  {
    const OrdinaryUser user;
    EXPECT_THAT([&] { check_writable(folder / "f"); }, throws("Permission denied"));
    check_writable(folder / "new");
  }
  ::chmod((folder / "f").c_str(), 0000);
  ::chmod(folder.path().c_str(), 0555);
  {
    const OrdinaryUser user;
    EXPECT_THAT([&] { check_writable(folder / "new"); }, throws("Permission denied"));
    EXPECT_THAT([&] { AtomicFile file(folder / "new"); }, throws("Permission denied"));
    EXPECT_THAT([&] { read_file(folder / "f"); }, throws("Permission denied"));
  }
  ::chmod(folder.path().c_str(), 0755);
}

}  // namespace
}  // namespace nanobragg::io
