// Series: stopped and gone on with, the same for every number of threads, and what they refuse.
#include "nanobragg/commands/series/series.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>

#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/series/stills.hpp"
#include "nanobragg/commands/series/sweep.hpp"
#include "nanobragg/config/options/command_line.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/images/registry.hpp"
#include "support/temporary_folder.hpp"

namespace nanobragg::commands {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

config::Settings settings(std::vector<std::string> more = {}) {
  std::vector<std::string> flags = {"-cell",    "60",   "70",          "80",         "-default_F",
                                    "50",       "-N",   "6",           "-detpixels", "40",
                                    "-fluence", "1e28", "-oversample", "1"};
  flags.insert(flags.end(), more.begin(), more.end());
  return config::parse_arguments(flags).settings;
}

constexpr std::size_t kImages = 5;

// A run that stops after so many exposures.
struct StopAfter {
  explicit StopAfter(std::size_t count)
      : run{.stop = [this] { return stop.load(); },
            .progress = [this, count](std::size_t, std::size_t,
                                      std::size_t computed) { stop = computed >= count; }} {}
  std::atomic<bool> stop = false;
  SeriesRun run;
};

std::map<std::string, std::string> files_in(const test::TemporaryFolder& folder) {
  std::map<std::string, std::string> files;
  for (const std::string& name : folder.names()) files[name] = io::read_file(folder / name);
  return files;
}

TEST(Series, NumberedFilesGoOnWhereTheyWereStopped) {
  const test::TemporaryFolder once;
  const test::TemporaryFolder twice;
  const auto request = [&](const test::TemporaryFolder& folder) {
    return make_sweep(settings(), {(folder / "x_##.tif").string(), kImages, 0.5});
  };
  EXPECT_EQ(run_series(request(once), {}).computed, kImages);
  StopAfter two(2);
  const SeriesReport first = run_series(request(twice), two.run);
  EXPECT_TRUE(first.stopped);
  EXPECT_EQ(first.computed, 2U);
  EXPECT_THAT(twice.names(),
              testing::UnorderedElementsAre("x_01.tif", "x_02.tif", "x_series.toml"));
  const SeriesReport second = run_series(request(twice), {});
  EXPECT_EQ(second.found, 2U);
  EXPECT_EQ(second.computed, 3U);
  EXPECT_EQ(files_in(once).size(), 8U);
  EXPECT_TRUE(files_in(once) == files_in(twice)) << "which are not told by their folder";
}

TEST(Series, TakesOnlyFilesOfItsOwn) {
  const test::TemporaryFolder folder;
  const auto request = make_sweep(settings(), {(folder / "x_#.tif").string(), 4, 0.5});
  StopAfter two(2);
  run_series(request, two.run);
  const std::string second = io::read_file(folder / "x_2.tif");
  const auto refused = [&](const char* part) {
    const auto before = files_in(folder);
    EXPECT_THAT([&] { run_series(request, {}); }, ThrowsMessage<Error>(HasSubstr(part)));
    EXPECT_TRUE(files_in(folder) == before);
  };
  io::write_file_atomically(folder / "x_2.tif", "junk");
  refused("x_2.tif: the image is not as this series wrote it");
  io::write_file_atomically(folder / "x_2.tif", second);
  io::write_file_atomically(folder / "x_3.tif", second);
  refused("x_3.tif: the file is not of this series");
  std::filesystem::remove(folder / "x_3.tif");
  EXPECT_EQ(run_series(request, {}).found, 2U);
}

TEST(Series, OfTwoFormatsStandSideBySide) {
  const test::TemporaryFolder folder;
  const auto sweep = [&](const char* name) {
    return run_series(make_sweep(settings(), {(folder / name).string(), 2, 0.5}), {});
  };
  EXPECT_EQ(sweep("x_#.tif").computed, 2U);
  EXPECT_EQ(sweep("x_#.cbf").computed, 2U);
  EXPECT_EQ(sweep("x_#.tif").found, 2U);
  EXPECT_EQ(sweep("x_#.cbf").found, 2U);
}

// A run may be killed after an image has its name and before the note has it.
TEST(Series, TakesAnImageThatIsNotNotedYet) {
  const test::TemporaryFolder folder;
  const auto request = make_sweep(settings(), {(folder / "x_#.tif").string(), 3, 0.5});
  run_series(request, {});
  const auto complete = files_in(folder);
  std::string note = io::read_file(folder / "x_series.toml");
  // The last line, and half of the one before it.
  note.resize(note.rfind("x_2.tif' = ") + 14);
  io::write_file_atomically(folder / "x_series.toml", note);
  EXPECT_EQ(run_series(request, {}).found, 1U);
  EXPECT_TRUE(files_in(folder) == complete);
}

TEST(Series, TellsInputsByWhatTheyHold) {
  const test::TemporaryFolder here;
  const test::TemporaryFolder there;
  const auto identity = [&](const test::TemporaryFolder& folder, const char* amplitudes,
                            const char* matrix, const char* spectrum) {
    io::write_file_atomically(folder / "a.hkl", amplitudes);
    io::write_file_atomically(folder / "a.mat", matrix);
    io::write_file_atomically(folder / "s.txt", spectrum);
    return make_sweep(
        settings({"-hkl", (folder / "a.hkl").string(), "-mat", (folder / "a.mat").string(),
                  "-spectrum", (folder / "s.txt").string()}),
        {"x_#.tif", 2, 0.5});
  };
  const char* const hkl = "1 2 3 40\n1 0 0 30\n";
  const char* const mat = ".01 0 0\n0 .01 0\n0 0 .01\n";
  const char* const lines = "1.0 1\n1.1 2\n";
  const SeriesRequest first = identity(here, hkl, mat, lines);
  const SeriesRequest second = identity(there, hkl, mat, lines);
  EXPECT_EQ(first.identity, second.identity);
  EXPECT_EQ(first.settings, second.settings);
  EXPECT_NE(first.identity, identity(here, "1 2 3 41\n1 0 0 30\n", mat, lines).identity);
  EXPECT_NE(first.identity, identity(here, hkl, ".01 0 0\n.001 .01 0\n0 0 .01\n", lines).identity);
  EXPECT_NE(first.identity, identity(here, hkl, mat, "1.0 1\n1.1 3\n").identity);
  EXPECT_EQ(first.identity, identity(here, hkl, mat, lines).identity);
}

TEST(Series, LeavesNothingWhereTheFirstImageFails) {
  const test::TemporaryFolder folder;
  const auto request = make_sweep(settings({"-default_F", "1e15", "-fluence", "1e308"}),
                                  {(folder / "x_##.tif").string(), 2, 0.5});
  EXPECT_THROW(run_series(request, {}), Error);
  EXPECT_THAT(folder.names(), testing::IsEmpty());
}

TEST(Series, OneFileGoesOnWhereItWasStopped) {
  if (!io::find_format("x.nxs")->write) GTEST_SKIP() << "built without HDF5: libhdf5-dev";
  const test::TemporaryFolder folder;
  const auto request = [&](const std::string& name) {
    return make_stills(settings({"-mosaic", "1", "-mosaic_domains", "3"}),
                       {.out = (folder / name).string(),
                        .images = kImages,
                        .fluence = {SpreadShape::exponential, 1.0},
                        .mosaic = {SpreadShape::lognormal, 0.3},
                        .wavelength = {SpreadShape::normal, 0.001}});
  };
  run_series(request("once.nxs"), {});
  StopAfter three(3);
  EXPECT_TRUE(run_series(request("twice.nxs"), three.run).stopped);
  EXPECT_FALSE(std::filesystem::exists(folder / "twice.nxs"));
  // What is there already can be read.
  EXPECT_EQ(io::find_format("x.nxs")
                ->open(folder / "twice.partial.nxs", io::ExternalFiles::beside)
                ->read(2)
                .shape(),
            (ImageShape{40, 40}));
  const SeriesReport second = run_series(request("twice.nxs"), {});
  EXPECT_EQ(second.found, 3U);
  EXPECT_FALSE(std::filesystem::exists(folder / "twice.partial.nxs"));
  EXPECT_TRUE(io::read_file(folder / "once.nxs") == io::read_file(folder / "twice.nxs"));
  EXPECT_EQ(run_series(request("twice.nxs"), {}).computed, 0U);
}

// HDF5 can leave a file that it can read, with pixels missing.
TEST(Series, DoesNotGoOnWithAFileThatWasBeingWritten) {
  if (!io::find_format("x.nxs")->write) GTEST_SKIP() << "built without HDF5: libhdf5-dev";
  const test::TemporaryFolder folder;
  const auto request = make_sweep(settings({}), {(folder / "x.nxs").string(), kImages, 0.5});
  StopAfter three(3);
  EXPECT_TRUE(run_series(request, three.run).stopped);
  std::filesystem::rename(folder / "x.partial.nxs", folder / "x.writing.nxs");
  const std::string before = io::read_file(folder / "x.writing.nxs");
  EXPECT_THAT([&] { run_series(request, {}); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("may be damaged")));
  EXPECT_EQ(io::read_file(folder / "x.writing.nxs"), before);
  EXPECT_FALSE(std::filesystem::exists(folder / "x.nxs"));
  std::filesystem::remove(folder / "x.writing.nxs");
  EXPECT_EQ(run_series(request, {}).computed, kImages);
}

TEST(Series, RefusesToGoOnWithOtherSettings) {
  const test::TemporaryFolder folder;
  for (const char* name : {"x.nxs", "x_#.tif"}) {
    if (!io::find_format(name)->write) continue;
    const std::string out = (folder / name).string();
    run_series(make_sweep(settings(), {out, 2, 0.5}), {});
    const auto before = files_in(folder);
    const auto refused = [&](const SeriesRequest& request) {
      EXPECT_THAT([&] { run_series(request, {}); },
                  ThrowsMessage<Error>(
                      HasSubstr("of other settings or inputs (this run cannot continue it)")));
    };
    refused(make_sweep(settings(), {out, 2, 0.6}));
    refused(make_sweep(settings({"-phi", "1"}), {out, 2, 0.5}));
    refused(make_sweep(settings({"-seed", "2"}), {out, 2, 0.5}));
    EXPECT_TRUE(files_in(folder) == before) << name;
    EXPECT_EQ(
        run_series(make_sweep(settings({"-threads", "1", "-quiet"}), {out, 2, 0.5}), {}).found, 2U);
  }
}

TEST(Series, DoesNotDependOnThreads) {
  const test::TemporaryFolder folder;
  for (const char* threads : {"1", "3"}) {
    const std::string out = (folder / (std::string(threads) + "_#.tif")).string();
    run_series(make_stills(settings({"-threads", threads}), {.out = out, .images = 3}), {});
  }
  for (const char* number : {"1", "2", "3"}) {
    EXPECT_TRUE(io::read_file(folder / (std::string("1_") + number + ".tif")) ==
                io::read_file(folder / (std::string("3_") + number + ".tif")));
  }
}

TEST(Sweep, SamplesTheMiddlesOfItsSteps) {
  const SeriesRequest sweep =
      make_sweep(settings({"-phi", "3", "-phisteps", "4"}), {"x_#.tif", 2, 0.5});
  const Shot second = sweep.shot(1);
  EXPECT_NEAR(to_degree(second.start).value(), 3.5, 1e-12);
  const plan::SamplingPlan plan = plan::make_plan(second.experiment, sweep.run.compute.quirks);
  ASSERT_EQ(plan.crystal.phi_rad.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) {
    const double degrees = to_degree(Radian(plan.crystal.phi_rad[i])).value();
    EXPECT_NEAR(degrees, 3.5 + 0.125 * (static_cast<double>(i) + 0.5), 1e-12);
  }
}

TEST(Stills, DrawEachQuantityFromAStreamOfItsOwn) {
  const auto shot = [](const StillsOptions& options) {
    return make_stills(settings({"-mosaic", "1"}), options).shot(7).experiment;
  };
  const Experiment plain = shot({.out = "x_#.tif"});
  const Experiment scattered = shot({.out = "x_#.tif",
                                     .fluence = {SpreadShape::exponential, 1.0},
                                     .mosaic = {SpreadShape::uniform, 0.5},
                                     .wavelength = {SpreadShape::normal, 0.01}});
  EXPECT_EQ(plain.crystal->misset_rad, scattered.crystal->misset_rad);
  EXPECT_EQ(plain.crystal->mosaicity.seed, scattered.crystal->mosaicity.seed);
  EXPECT_NE(plain.beam->fluence, scattered.beam->fluence);
  EXPECT_NE(plain.beam->wavelength, scattered.beam->wavelength);
  EXPECT_NE(plain.crystal->mosaicity.spread, scattered.crystal->mosaicity.spread);
  EXPECT_NE(plain.crystal->misset_rad,
            shot({.out = "x_#.tif", .orientations = "random:2"}).crystal->misset_rad);
}

TEST(Stills, TakeOrientationsFromAFile) {
  const test::TemporaryFolder folder;
  const std::string file = (folder / "u.txt").string();
  io::write_file_atomically(file,
                            "# two ways to say 90 degrees about z\n0 0 90\n0 -1 0 1 0 0 0 0 1\n");
  const SeriesRequest stills =
      make_stills(settings(), {.out = "x_#.tif", .images = 2, .orientations = file});
  for (const std::size_t i : {0U, 1U}) {
    const Axes<double> direct = lattice_of(*stills.shot(i).experiment.crystal).direct;
    EXPECT_LT(length(direct.a - Vec3<double>{0.0, 60.0, 0.0}), 1e-9);
    EXPECT_LT(length(direct.b - Vec3<double>{-70.0, 0.0, 0.0}), 1e-9);
  }
  const auto refused = [&](const std::string& text, const char* part) {
    io::write_file_atomically(file, text);
    EXPECT_THAT(
        [&] { make_stills(settings(), {.out = "x_#.tif", .images = 2, .orientations = file}); },
        ThrowsMessage<Error>(HasSubstr(part)));
  };
  refused("0 0 90\n", "too few orientations (1 of 2)");
  refused("0 0\n", "u.txt:1: expected 3 or 9 numbers, found 2");
  refused("0 0 90\n0 0 x\n", "u.txt:2: expected 3 or 9 numbers, found 2 (then 'x')");
  refused("1 0 0 0 1 0 0 0 2\n", "nine numbers are not a rotation matrix");
  refused("1 0 0 0 1 0 0 0 -1\n", "nine numbers are not a rotation matrix");
  refused("\n# nothing\n", "no orientations");
}

TEST(Stills, TakeASpectrumEachFromAFile) {
  const test::TemporaryFolder folder;
  const std::string file = (folder / "s.txt").string();
  io::write_file_atomically(file, "energy, first, second\n10000, 1, 3\n1.25 3 0\n");
  const StillsOptions options{.out = "x_#.tif", .images = 2, .spectra = file};
  const SeriesRequest stills = make_stills(settings(), options);
  const double of_10_keV = to_metre(to_wavelength(ElectronVolt(10000.0))).value();
  const auto beam = [&](std::size_t i) { return *stills.shot(i).experiment.beam; };
  ASSERT_EQ(beam(0).sources.size(), 2U);
  EXPECT_EQ(beam(0).sources[1].wavelength.value(), 1.25e-10);
  EXPECT_EQ(beam(0).sources[1].weight, 3.0);
  EXPECT_NEAR(beam(0).wavelength.value(), (of_10_keV + 3.0 * 1.25e-10) / 4.0, 1e-22);
  EXPECT_NEAR(beam(1).wavelength.value(), of_10_keV, 1e-22);
  // The light of each still is that of the settings, however it is spread.
  EXPECT_EQ(beam(0).fluence, beam(1).fluence);

  const std::string identity = stills.identity;
  const auto refused = [&](const std::string& text, const char* part) {
    io::write_file_atomically(file, text);
    EXPECT_THAT([&] { make_stills(settings(), options); }, ThrowsMessage<Error>(HasSubstr(part)));
  };
  refused("10000 1\n", "too few spectra (1 of 2)");
  refused("10000 1 2\n11000 1\n", "s.txt:2: expected 3 numbers, found 2");
  refused("10000 1 2\n11000 1 2 3\n", "s.txt:2: expected 3 numbers, found 3 (then '3')");
  refused("10000 1 0\n", "spectrum 2 is without weight");
  refused("10000\n", "s.txt:1: expected 2 numbers, found 1");
  refused("# nothing\n", "no spectra");
  io::write_file_atomically(file, "10000 1 3\n1.25 3 0.5\n");
  EXPECT_NE(make_stills(settings(), options).identity, identity) << "other light, other images";
}

TEST(SeriesCommands, RefuseWhatTheyDecideThemselves) {
  const auto refused = [](const auto& make, const char* part) {
    EXPECT_THAT(make, ThrowsMessage<UsageError>(HasSubstr(part)));
  };
  const SweepOptions sweep{"x_#.tif", 2, 0.5};
  const StillsOptions stills{.out = "x_#.tif"};
  refused([&] { make_sweep(settings({"-osc", "1"}), sweep); }, "sweep does not take -osc");
  refused([&] { make_sweep(settings({"-out", "x.cbf"}), sweep); }, "sweep does not take -out");
  refused([&] { make_stills(settings({"-floatfile", "x"}), stills); }, "does not take -floatfile");
  refused([&] { make_stills(settings({"-misset", "1", "2", "3"}), stills); }, "-misset");
  refused([&] { make_stills(settings(), {.out = "x_#.tif", .orientations = "random:x"}); },
          "random:SEED or a file");
  refused(
      [&] {
        make_stills(settings({"-dispersion", "1"}), {.out = "x_#.tif", .spectra = "s"});
      },
      "--spectra with -spectrum, -sourcefile, -dispersion");
  refused(
      [&] {
        make_stills(settings(), {.out = "x_#.tif", .mosaic = {SpreadShape::normal, 0.1}});
      },
      "give -mosaic");
  refused(
      [&] {
        run_series(make_sweep(settings(), {"x_#.tif", 10, 0.5}), {});
      },
      "no room for the number 10");
  refused([&] { run_series(make_sweep(settings(), {"x.jpg", 10, 0.5}), {}); }, "no image format");
}

}  // namespace
}  // namespace nanobragg::commands
