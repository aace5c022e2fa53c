// One writer at a time, and names that file systems take.
#include "nanobragg/io/series/series_lock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <optional>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/folder.hpp"
#include "nanobragg/io/series/series_files.hpp"
#include "support/temporary_folder.hpp"

namespace nanobragg::io {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(SeriesLock, TellsTheSecondWriterWhoWrites) {
  const test::TemporaryFolder folder;
  std::optional<SeriesLock> first(folder / "x.nxs");
  EXPECT_THAT([&] { const SeriesLock second(folder / "x.nxs"); },
              ThrowsMessage<Error>(AllOf(HasSubstr("another run is writing this series"),
                                         HasSubstr("process " + std::to_string(::getpid())),
                                         HasSubstr("wait for it"))));
  const SeriesLock other(folder / "y.nxs");
  first.reset();
  EXPECT_NO_THROW(SeriesLock(folder / "x.nxs"));
}

TEST(SeriesLock, TakesOverWhatAKilledProgramLeft) {
  const test::TemporaryFolder folder;
  std::ofstream(lock_name(folder / "x.nxs")) << 1;
  { const SeriesLock lock(folder / "x.nxs"); }
  EXPECT_THAT(names_in(folder.path()), testing::IsEmpty());
}

TEST(SeriesFiles, NamesBesideTheLongestNameFitToo) {
  const std::string longest = "/d/" + std::string(251, 'x') + ".nxs";
  for (const auto& name : {partial_name(longest), name_while_writing(longest), lock_name(longest),
                           companion(longest, ".expt"), companion(longest, "_series.toml")}) {
    EXPECT_LE(name.filename().string().size(), 255U);
    EXPECT_EQ(name.parent_path(), "/d");
  }
  EXPECT_NE(partial_name(longest), partial_name("/d/" + std::string(250, 'x') + "y.nxs"));
  EXPECT_EQ(partial_name("d/x.nxs"), "d/x.partial.nxs");
}

}  // namespace
}  // namespace nanobragg::io
