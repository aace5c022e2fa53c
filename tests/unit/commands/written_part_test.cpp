// Parts of the images of a series, in files.
#include "nanobragg/commands/series/written_part.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/series/stills.hpp"
#include "nanobragg/config/options/command_line.hpp"
#include "nanobragg/io/experiment/experiment_file.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/images/registry.hpp"
#include "support/temporary_folder.hpp"

namespace nanobragg::commands {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

config::Settings settings(std::vector<std::string> more = {}) {
  std::vector<std::string> flags = {
      "-cell",       "60",         "70",           "80", "-default_F",   "50",
      "-N",          "6",          "-detpixels_f", "42", "-detpixels_s", "30",
      "-fluence",    "2e18",       "-oversample",  "1",  "-pixel",       "0.5",
      "-background", "water:50um", "-distance",    "60", "-lambda",      "1"};
  flags.insert(flags.end(), more.begin(), more.end());
  return config::parse_arguments(flags).settings;
}

const WrittenPart kPart{{.crop = PixelBox{{4, 6}, {12, 30}}, .bin = 3}};
const std::vector<std::string> kReadOut{"-gain",        "1.5", "-readout",        "2",
                                        "-dead_pixels", "40",  "-charge_sharing", "0.1"};

bool writes_hdf5() { return io::find_format("x.nxs")->write != nullptr; }

// The second image of a series of two.
io::ObservedImage written(const std::string& out, const WrittenPart& part,
                          const std::vector<std::string>& flags = {}) {
  const test::TemporaryFolder folder;
  run_series(
      make_stills(settings(flags),
                  {.out = (folder / out).string(), .images = 2, .lattices = "2", .written = part}),
      {});
  const bool is_numbered = out.find('#') != std::string::npos;
  std::string file = (folder / out).string();
  if (is_numbered) file.replace(file.find('#'), 1, "2");
  return io::open_image(file, {})->read(is_numbered ? 0 : 1);
}

void expect_sums(const io::ObservedImage& part, const io::ObservedImage& whole) {
  ASSERT_EQ(part.shape(), (ImageShape{4, 10}));
  std::size_t unmeasured = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = 0; j < 10; ++j) {
      double sum = 0.0;
      bool is_measured = true;
      for (std::size_t k = 0; k < 9; ++k) {
        const PixelIndex p{4 + 3 * i + k / 3, 6 + 3 * j + k % 3};
        sum += whole.values[p];
        is_measured = is_measured && whole.validity[p] == io::Validity::valid;
      }
      const PixelIndex p{i, j};
      EXPECT_EQ(part.validity[p] == io::Validity::valid, is_measured) << i << ' ' << j;
      if (is_measured) {
        EXPECT_FLOAT_EQ(part.values[p], sum) << i << ' ' << j;
      } else {
        ++unmeasured;
      }
    }
  }
  EXPECT_LT(unmeasured, 40U);
}

TEST(WrittenPart, HasTheSumsOfThePixels) {
  expect_sums(written("x_#.cbf", kPart), written("x_#.cbf", {}));
  expect_sums(written("x_#.cbf", kPart, kReadOut), written("x_#.cbf", {}, kReadOut));
  expect_sums(written("x_#.tif", kPart), written("x_#.tif", {}));
  if (!writes_hdf5()) GTEST_SKIP() << "built without HDF5: libhdf5-dev";
  expect_sums(written("x.nxs", kPart, kReadOut), written("x.nxs", {}, kReadOut));
  // Expected photons.
  expect_sums(written("x.nxs", kPart, {"-nonoise"}), written("x.nxs", {}, {"-nonoise"}));
}

TEST(WrittenPart, OfOtherTypes) {
  const WrittenPart bytes{{}, io::PixelType::uint8};
  std::vector<std::string> files{"x_#.tif"};
  if (writes_hdf5()) files.emplace_back("x.nxs");
  const std::vector<std::string> bright{"-dead_pixels", "40", "-fluence", "3e18"};
  for (const std::string& file : files) {
    const io::ObservedImage whole = written(file, {}, bright);
    const io::ObservedImage small = written(file, bytes, bright);
    const io::ObservedImage floats = written(file, {{}, io::PixelType::float32}, bright);
    std::size_t clipped = 0;
    for (std::size_t i = 0; i < whole.values.pixels().size(); ++i) {
      const double count = whole.values.pixels()[i];
      const bool is_measured = whole.validity.pixels()[i] == io::Validity::valid;
      EXPECT_EQ(small.values.pixels()[i], is_measured ? std::min(count, 254.0) : 255.0) << file;
      EXPECT_EQ(small.validity.pixels()[i] == io::Validity::valid, is_measured && count < 254.0);
      clipped += is_measured && count > 254.0 ? 1 : 0;
      if (is_measured) {
        EXPECT_EQ(floats.values.pixels()[i], count);
      } else {
        EXPECT_TRUE(std::isnan(floats.values.pixels()[i])) << file;
      }
    }
    EXPECT_GT(clipped, 3U);
  }
}

TEST(WrittenPart, IsDescribedWhereItStands) {
  const test::TemporaryFolder folder;
  const auto out = [&](const char* name) { return (folder / name).string(); };
  run_series(make_stills(settings(), {.out = out("w_#.cbf"), .images = 1}), {});
  run_series(make_stills(settings(), {.out = out("p_#.cbf"), .images = 1, .written = kPart}), {});
  const Experiment whole = io::read_experiment(folder / "w.json").experiment;
  const Experiment part = io::read_experiment(folder / "p.json").experiment;
  const PanelValues& from = *whole.detector.panels.front();
  const PanelValues& panel = *part.detector.panels.front();
  EXPECT_EQ(panel.shape, (ImageShape{4, 10}));
  const double pixel = from.pixel_size.value();
  EXPECT_LT(length(panel.corner_m - from.corner_m - 6 * pixel * from.fast - 4 * pixel * from.slow),
            1e-15);
  const auto panel_of = [&](const char* name) {
    return nlohmann::json::parse(io::read_file(folder / name))["detector"][0]["panels"][0];
  };
  const auto dials = panel_of("p.expt");
  EXPECT_EQ(dials["image_size"], (nlohmann::json{10, 4}));
  EXPECT_EQ(dials["pixel_size"], (nlohmann::json{1.5, 1.5}));
  EXPECT_NE(dials["origin"], panel_of("w.expt")["origin"]);
}

TEST(WrittenPart, IsTheSameOfSeveralRuns) {
  if (!writes_hdf5()) GTEST_SKIP() << "built without HDF5: libhdf5-dev";
  for (const io::PixelType type :
       {io::PixelType::standard, io::PixelType::uint8, io::PixelType::float32}) {
    const test::TemporaryFolder folder;
    const StillsOptions one{
        .out = (folder / "a.nxs").string(), .images = 4, .written = {kPart.pixels, type}};
    StillsOptions shared = one;
    shared.out = (folder / "b.nxs").string();
    const auto run_settings = settings({"-dead_pixels", "40"});
    run_series(make_stills(run_settings, one), {});
    for (const std::size_t i : {1U, 0U}) {
      SeriesRun run;
      run.shard = {i, 2};
      run_series(make_stills(run_settings, shared), run);
    }
    EXPECT_EQ(io::read_file(folder / "a.nxs"), io::read_file(folder / "b.nxs"));
  }
}

TEST(WrittenPart, RefusesWhatCannotBeWritten) {
  const auto refused = [](const char* out, const WrittenPart& part, const char* text,
                          const std::vector<std::string>& flags = {}) {
    EXPECT_THAT(
        [&] {
          run_series(make_stills(settings(flags), {.out = out, .images = 1, .written = part}), {});
        },
        ThrowsMessage<UsageError>(HasSubstr(text)));
  };
  refused("x_#.tif", {{.crop = PixelBox{{20, 0}, {11, 40}}}}, "does not lie within the panel");
  refused("x_#.tif", {{.crop = {}, .bin = 4}}, "crop it to 28 × 40");
  refused("x_#.cbf", {{}, io::PixelType::uint8}, "as uint8 (CBF holds 32-bit counts)");
  refused("x_#.img", {{}, io::PixelType::float32}, "write .nxs, .h5 or .tif");
  refused("x_#.tif", {{}, io::PixelType::uint8}, "uint8 of expected photons", {"-nonoise"});
  EXPECT_NE(make_stills(settings(), {.out = "x_#.tif"}).identity,
            make_stills(settings(), {.out = "x_#.tif", .written = kPart}).identity);
}

}  // namespace
}  // namespace nanobragg::commands
