// Series that several runs share: the same files for any number of runs, and what they refuse.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <ostream>

#include "nanobragg/base/run_again.hpp"
#include "nanobragg/commands/series/series.hpp"
#include "nanobragg/commands/series/stills.hpp"
#include "nanobragg/commands/series/sweep.hpp"
#include "nanobragg/config/options/command_line.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/images/registry.hpp"
#include "nanobragg/io/series/series_files.hpp"
#include "support/temporary_folder.hpp"
#include "support/thread_ranks.hpp"

namespace nanobragg::commands {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr std::size_t kImages = 7;

// Names of files that each kind of series writes its images to.
struct Files {
  const char* out;
  std::size_t images_per_file;
};

void PrintTo(const Files& files, std::ostream* out) {
  *out << files.out << " by " << files.images_per_file;
}

SeriesRequest request(const test::TemporaryFolder& folder, const Files& files,
                      std::vector<std::string> more = {}) {
  std::vector<std::string> flags = {"-cell",    "60",   "70",          "80",         "-default_F",
                                    "50",       "-N",   "6",           "-detpixels", "24",
                                    "-fluence", "1e28", "-oversample", "1"};
  flags.insert(flags.end(), more.begin(), more.end());
  SeriesRequest out = make_stills(config::parse_arguments(flags).settings,
                                  {.out = (folder / files.out).string(), .images = kImages});
  out.images_per_file = files.images_per_file;
  return out;
}

std::map<std::string, std::string> files_in(const test::TemporaryFolder& folder) {
  std::map<std::string, std::string> files;
  for (const std::string& name : folder.names()) {
    std::string& bytes = files[name] = io::read_file(folder / name);
    // Lists of images name their folder.
    const std::string place = folder.path().string();
    for (std::size_t at = bytes.find(place); at != std::string::npos; at = bytes.find(place, at)) {
      bytes.erase(at, place.size());
    }
  }
  return files;
}

class SharedSeries : public testing::TestWithParam<Files> {
 protected:
  void SetUp() override {
    if (!io::find_format(GetParam().out)->write) GTEST_SKIP() << "built without HDF5: libhdf5-dev";
    run_series(request(alone_, GetParam()), {});
  }
  SeriesReport shard(std::size_t index, std::size_t count) const {
    return run_series(request(shared_, GetParam()), {.shard = {index, count}});
  }
  void expect_same_files() const {
    EXPECT_THAT(shared_.names(), testing::UnorderedElementsAreArray(alone_.names()));
    EXPECT_TRUE(files_in(shared_) == files_in(alone_));
  }

  test::TemporaryFolder alone_;
  test::TemporaryFolder shared_;
};

TEST_P(SharedSeries, IsTheSameForAnyNumberOfShardsInAnyOrder) {
  EXPECT_EQ(shard(2, 3).missing + shard(0, 3).missing > 0, true);
  const SeriesReport last = shard(1, 3);
  EXPECT_EQ(last.missing, 0U);
  EXPECT_FALSE(last.files.empty());
  expect_same_files();
}

TEST_P(SharedSeries, GoesOnWithAnotherNumberOfShards) {
  shard(1, 2);
  shard(4, 5);
  const SeriesReport alone = run_series(request(shared_, GetParam()), {});
  EXPECT_EQ(alone.missing, 0U);
  EXPECT_GT(alone.found, 0U);
  EXPECT_EQ(alone.found + alone.computed, kImages);
  expect_same_files();
}

TEST_P(SharedSeries, GoesOnWithWhatOneRunBegan) {
  std::atomic<bool> stop = false;
  run_series(request(shared_, GetParam()),
             {.stop = [&] { return stop.load(); },
              .progress = [&](std::size_t, std::size_t, std::size_t done) { stop = done >= 4; }});
  shard(0, 2);
  EXPECT_EQ(shard(1, 2).missing, 0U);
  expect_same_files();
}

TEST_P(SharedSeries, IsTheSameForAnyNumberOfRanks) {
  for (const std::size_t count : {2U, 3U, 5U}) {
    const test::TemporaryFolder folder;
    test::run_ranks(count, [&](distribute::Ranks& ranks) {
      const SeriesReport report = run_series(request(folder, GetParam()), {.ranks = &ranks});
      EXPECT_EQ(report.computed, kImages);
    });
    EXPECT_TRUE(files_in(folder) == files_in(alone_)) << count;
  }
}

TEST_P(SharedSeries, HasMoreShardsThanImages) {
  for (std::size_t i = 0; i < 9; ++i) shard(i, 9);
  expect_same_files();
}

TEST_P(SharedSeries, IsGatheredWithoutRendering) {
  run_series(request(shared_, GetParam()), {.shard = {0, 2}});
  const SeriesReport early = run_series(request(shared_, GetParam()), {.only_gathers = true});
  EXPECT_EQ(early.computed, 0U);
  EXPECT_GT(early.missing, 0U);
  shard(1, 2);
  EXPECT_EQ(run_series(request(shared_, GetParam()), {.only_gathers = true}).missing, 0U);
  expect_same_files();
}

TEST_P(SharedSeries, RefusesShardsOfAnotherSeries) {
  shard(0, 2);
  const auto other = [&] {
    run_series(request(shared_, GetParam(), {"-seed", "2"}), {.shard = {1, 2}});
    run_series(request(shared_, GetParam(), {"-seed", "2"}), {.only_gathers = true});
  };
  EXPECT_THAT(other, ThrowsMessage<Error>(HasSubstr("of other settings or inputs")));
}

INSTANTIATE_TEST_SUITE_P(Files, SharedSeries,
                         testing::Values(Files{"x_##.cbf", 0}, Files{"x.nxs", 0}, Files{"x.nxs", 3},
                                         Files{"x.h5", 1}, Files{"x.nxs", 6}));

TEST(DataFiles, AreReadThroughTheirMaster) {
  if (!io::find_format("x.nxs")->write) GTEST_SKIP() << "built without HDF5: libhdf5-dev";
  const test::TemporaryFolder folder;
  for (const char* values : {"-noise", "-nonoise"}) {
    const std::string name = std::string("x") + values;
    const std::vector<std::string> flags = std::string(values) == "-nonoise"
                                               ? std::vector<std::string>{values}
                                               : std::vector<std::string>{};
    run_series(request(folder, {(name + ".nxs").c_str(), 0}, flags), {});
    run_series(request(folder, {(name + ".nxs").c_str(), 3}, flags), {});
    const auto open = [&](const std::string& file) {
      return io::find_format("x.nxs")->open(folder / file, io::ExternalFiles::beside);
    };
    const auto one = open(name + ".nxs");
    const auto several = open(name + "_master.nxs");
    ASSERT_EQ(several->exposures(), kImages);
    for (std::size_t i = 0; i < kImages; ++i) {
      EXPECT_TRUE(
          std::ranges::equal(one->read(i).values.pixels(), several->read(i).values.pixels()));
    }
  }
  std::filesystem::remove(folder / "x-noise_data_000002.h5");
  EXPECT_THAT(
      [&] {
        io::find_format("x.nxs")->open(folder / "x-noise_master.nxs", io::ExternalFiles::beside);
      },
      ThrowsMessage<Error>(HasSubstr("x-noise_data_000002.h5', which is not there")));
}

// A run that is killed while HDF5 writes leaves a file that may be damaged: its images are lost,
// the series is not.
TEST(DataFiles, AreBegunAgainWhereARunWasKilled) {
  if (!io::find_format("x.nxs")->write) GTEST_SKIP() << "built without HDF5: libhdf5-dev";
  const test::TemporaryFolder alone;
  const test::TemporaryFolder killed;
  run_series(request(alone, {"x.nxs", 3}), {});
  io::write_file_atomically(killed / "x_data_000002.writing.h5", "half a file");
  EXPECT_EQ(run_series(request(killed, {"x.nxs", 3}), {}).computed, kImages);
  EXPECT_TRUE(files_in(alone) == files_in(killed));
}

TEST(DataFiles, AreOnlyOfFormatsThatHoldSeveralImages) {
  const test::TemporaryFolder folder;
  EXPECT_THAT(
      [&] {
        run_series(request(folder, {"x_#.cbf", 2}), {});
      },
      ThrowsMessage<UsageError>(HasSubstr("--images-per-file with")));
}

}  // namespace
}  // namespace nanobragg::commands
