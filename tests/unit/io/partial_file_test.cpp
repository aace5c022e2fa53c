// What ends a program while it writes leaves no partial file.
#include "nanobragg/io/files/partial_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/files/folder.hpp"
#include "support/temporary_folder.hpp"

namespace nanobragg::io {
namespace {

using test::TemporaryFolder;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::KilledBySignal;

// A process that is ended by `signal` while it writes two files in the folder.
[[noreturn]] void write_and_end(const TemporaryFolder& folder, int signal) {
  std::signal(SIGTERM, SIG_DFL);
  std::signal(SIGINT, SIG_DFL);
  remove_partial_files_on_signals();
  AtomicFile one(folder / "one");
  AtomicFile two(folder / "two");
  one.write("half");
  ::raise(signal);
  ::_exit(0);
}

TEST(PartialFileDeathTest, GoesWithASignal) {
  for (const int signal : {SIGTERM, SIGINT}) {
    const TemporaryFolder folder;
    EXPECT_EXIT(write_and_end(folder, signal), KilledBySignal(signal), "");
    EXPECT_THAT(names_in(folder.path()), IsEmpty());
  }
}

TEST(PartialFileDeathTest, OfAKilledProgramGoesWithTheNextThatWrites) {
  const TemporaryFolder folder;
  EXPECT_EXIT(write_and_end(folder, SIGKILL), KilledBySignal(SIGKILL), "");
  EXPECT_EQ(names_in(folder.path()).size(), 2U);
  // Another program's, and that of another machine, which may be writing it, stay.
  std::ofstream(folder / ".nanobragg-elsewhere-1-0.part") << "half";
  std::ofstream(folder / ".other-1-0.part") << "half";
  write_file_atomically(folder / "one", "whole");
  EXPECT_THAT(names_in(folder.path()),
              ElementsAre(".nanobragg-elsewhere-1-0.part", ".other-1-0.part", "one"));
}

TEST(PartialFile, ThatIsBeingWrittenIsLeftAlone) {
  const TemporaryFolder folder;
  AtomicFile file(folder / "one");
  file.write("whole");
  const pid_t child = ::fork();
  if (child == 0) {
    write_file_atomically(folder / "two", "whole");
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  file.commit();
  EXPECT_THAT(names_in(folder.path()), ElementsAre("one", "two"));
  EXPECT_EQ(read_file(folder / "one"), "whole");
}

}  // namespace
}  // namespace nanobragg::io
