// nanobragg sweep and stills on a cluster: shards, time limits, full disks, killed runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/workspace.hpp"
#include "nanobragg/io/images/registry.hpp"

namespace nanobragg::test {
namespace {

using testing::HasSubstr;

constexpr int kRunAgain = 75;

bool has_hdf5() { return io::find_format("x.nxs")->write != nullptr; }

Arguments sweep_of(const char* images, const char* out) {
  return {"sweep", "--images", images, "--osc", "0.5", "--out", out};
}

TEST(SharedSeries, LastShardSaysWhatItWrote) {
  const Workspace workspace;
  const Arguments series = sweep_of("4", "x_#.tif");
  const auto first = workspace.run(series + Arguments{"--shard", "1/2", "--"} + small_run());
  EXPECT_EQ(first.exit_code, 0) << first.errors;
  EXPECT_THAT(first.output, HasSubstr("shard 1/2 is complete (2 images); 2 of 4 images are not "
                                      "there yet"));
  const auto gathered = workspace.run(Arguments{"gather"} + series + Arguments{"--"} + small_run());
  EXPECT_EQ(gathered.exit_code, 1);
  EXPECT_THAT(gathered.errors, HasSubstr("2 of 4 images are not there yet"));
  const auto last = workspace.run(series + Arguments{"--shard", "2/2", "--"} + small_run());
  EXPECT_THAT(last.output, HasSubstr("wrote x.expt"));
  const auto again = workspace.run(Arguments{"gather"} + series + Arguments{"--"} + small_run());
  EXPECT_EQ(again.exit_code, 0) << again.errors;
}

TEST(SharedSeries, StopsWhenItsTimeIsOver) {
  const Workspace workspace;
  for (const char* out : {"x_####.tif", "x.nxs"}) {
    if (!io::find_format(out)->write) continue;
    const auto run = [&](const Arguments& more) {
      return workspace.run(sweep_of("5000", out) + more + Arguments{"--"} + small_run());
    };
    const auto stopped = run({"--stop-after", "0.3s"});
    EXPECT_EQ(stopped.exit_code, kRunAgain);
    EXPECT_THAT(stopped.errors, HasSubstr("of 5000 images (--stop-after 0.3s): the same command"));
  }
}

// What is there is valid, and the same command ends the series.
TEST(SharedSeries, StopsWhereTheDiskIsFull) {
  const Workspace workspace;
  for (const char* more : {"x.nxs", "y.nxs", "z_##.tif"}) {
    if (!io::find_format(more)->write) continue;
    Arguments series = sweep_of("30", more);
    if (more[0] == 'y') series = series + Arguments{"--images-per-file", "30"};
    series = series + Arguments{"--", "-cell",      "60",  "-default_F", "1e3", "-N",
                                "5",  "-detpixels", "160", "-fluence",   "1e30"};
    // Files of at most 450 kB.
    const auto full = workspace.run_script(R"(ulimit -f 900; exec "$0" "$@")", series);
    if (more[0] != 'z') {
      EXPECT_EQ(full.exit_code, kRunAgain) << full.errors;
      EXPECT_THAT(full.errors, HasSubstr("make room; the same command continues from there"));
    }
    const auto again = workspace.run(series);
    EXPECT_EQ(again.exit_code, 0) << again.errors;
  }
}

TEST(SharedSeries, LosesAPieceWhereItIsKilled) {
  if (!has_hdf5()) GTEST_SKIP() << "built without HDF5: libhdf5-dev";
  const Workspace workspace;
  const Arguments series =
      Arguments{"sweep", "--images", "60",    "--osc", "0.5", "--images-per-file",
                "8",     "--out",    "x.nxs", "--"} +
      small_run();
  for (int times = 0; times < 3; ++times) {
    workspace.run_script(R"("$0" "$@" >/dev/null 2>&1 & child=$!
n=0; while [ $n -lt 500 ] && [ ! -e x_data_00000)" +
                             std::to_string(times + 1) + R"(.h5 ]; do
  sleep 0.01; n=$((n + 1)); done
kill -KILL $child)",
                         series);
  }
  const auto last = workspace.run(series);
  EXPECT_EQ(last.exit_code, 0) << last.errors;
  Arguments alone = series;
  alone[8] = "y.nxs";
  EXPECT_EQ(workspace.run(alone).exit_code, 0);
  for (int file = 1; file <= 8; ++file) {
    const std::string name = "_data_00000" + std::to_string(file) + ".h5";
    EXPECT_TRUE(workspace.bytes("x" + name) == workspace.bytes("y" + name)) << file;
  }
}

TEST(SharedSeries, SaysWhatIsWrong) {
  const Workspace workspace;
  const auto before = workspace.files();
  const auto refused = [&](const Arguments& words, const char* part) {
    const auto result =
        workspace.run(sweep_of("4", "x_#.tif") + words + Arguments{"--"} + small_run());
    EXPECT_EQ(result.exit_code, 2) << result.errors;
    EXPECT_THAT(result.errors, HasSubstr(part));
  };
  refused({"--shard", "3/2"}, "--shard 3/2 (shards are 1/2 to 2/2): number the jobs of an array");
  refused({"--shard", "0/2"}, "--shard 0/2 (shards are 1/2 to 2/2)");
  for (const char* words : {"1", "1/", "/2", "1/0", "a/2", "1/2/3", "-1/2", "1.5/2"}) {
    refused({"--shard", words}, "--shard needs I/N, found '");
  }
  for (const char* words : {"50", "min", "-3min", "1h-3min", "5 min", "0s", "nan s", "1e99h"}) {
    refused({"--stop-after", words}, "--stop-after needs a time, found '");
  }
  refused({"--images-per-file", "2"}, "--images-per-file with 'x_#.tif'");
  refused({"--images-per-file", "0"}, "--images-per-file");
  const auto nothing = workspace.run({"gather"});
  EXPECT_EQ(nothing.exit_code, 2);
  EXPECT_THAT(nothing.errors, HasSubstr("gather needs a series (sweep or stills)"));
  workspace.expect_unchanged(before);
}

}  // namespace
}  // namespace nanobragg::test
