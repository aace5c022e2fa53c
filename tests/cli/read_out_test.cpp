// Read-outs at a user's desk: images of every format, series, previews, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/workspace.hpp"
#include "nanobragg/io/images/observed_image.hpp"
#include "nanobragg/io/images/registry.hpp"

namespace nanobragg::test {
namespace {

using testing::HasSubstr;
using testing::Not;

const Arguments kBright = small_run() + Arguments{"-fluence", "1e27", "-seed", "5"};
const Arguments kIntegrating = {"-gain",        "4",     "-readout",     "3",        "-adc",
                                "50",           "-bits", "16",           "-flicker", "0.02",
                                "-calibration", "0.01",  "-dead_pixels", "20"};

io::ObservedImage read(const Workspace& workspace, const std::string& name) {
  return io::open_image(workspace.path() / name, {})->read(0);
}

bool has_hdf5() { return io::find_format("x.nxs")->write != nullptr; }

std::vector<std::string> formats() {
  std::vector<std::string> names{"a.cbf", "a.img", "a.tif", "a.png"};
  if (has_hdf5()) names.emplace_back("a.nxs");
  return names;
}

TEST(ReadOutRun, EveryFormatHoldsTheSameReadings) {
  const Workspace workspace;
  Arguments run = kBright + kIntegrating;
  for (const std::string& name : formats()) run = run + Arguments{"-out", name};
  workspace.run_silently(run);
  const io::ObservedImage cbf = read(workspace, "a.cbf");
  EXPECT_EQ(std::ranges::count(cbf.validity.pixels(), io::Validity::not_measured), 20);
  for (const std::string& name : formats()) {
    const io::ObservedImage other = read(workspace, name);
    for (std::size_t i = 0; i < cbf.shape().size(); ++i) {
      if (cbf.validity.pixels()[i] != io::Validity::valid) continue;
      ASSERT_EQ(other.values.pixels()[i], cbf.values.pixels()[i]) << name << ' ' << i;
    }
  }
}

TEST(ReadOutRun, HeadersSayWhatReadingsMean) {
  const Workspace workspace;
  workspace.run_silently(kBright + kIntegrating +
                         Arguments{"-saturation", "60000", "-out", "a.img", "-out", "a.cbf", "-out",
                                   "a.expt", "-out", "a.geom"});
  const io::ObservedImage smv = read(workspace, "a.img");
  EXPECT_EQ(smv.pedestal, 50.0);
  EXPECT_EQ(smv.gain, 4.0);
  EXPECT_THAT(workspace.bytes("a.img").substr(0, 1024), HasSubstr("CCD_IMAGE_SATURATION=60000;"));
  const io::ObservedImage cbf = read(workspace, "a.cbf");
  EXPECT_EQ(cbf.pedestal, 50.0);
  EXPECT_EQ(cbf.gain, 4.0);
  EXPECT_THAT(workspace.bytes("a.cbf"), HasSubstr("_array_intensities.overload 60000\n"));
  const auto panel = nlohmann::json::parse(workspace.bytes("a.expt"))["detector"][0]["panels"][0];
  EXPECT_EQ(panel["gain"], 4.0);
  EXPECT_EQ(panel["pedestal"], 50.0);
  EXPECT_EQ(panel["trusted_range"][1], 59999.0);
  EXPECT_THAT(workspace.bytes("a.geom"), HasSubstr("adu_per_photon = 4\nmax_adu = 59999\n"));
}

// Brighter pixels read the saturation, which every format takes as an overload.
TEST(ReadOutRun, SaturatedPixelsAreOverloaded) {
  const Workspace workspace;
  Arguments run = kBright + Arguments{"-saturation", "30"};
  for (const std::string& name : formats()) run = run + Arguments{"-out", name};
  workspace.run_silently(run);
  for (const std::string& name : {std::string("a.cbf"), std::string("a.nxs")}) {
    if (!workspace.has(name)) continue;
    const io::ObservedImage image = read(workspace, name);
    std::size_t bright = 0;
    for (std::size_t i = 0; i < image.shape().size(); ++i) {
      const bool is_full = image.values.pixels()[i] == 30.0;
      EXPECT_EQ(image.validity.pixels()[i] == io::Validity::overloaded, is_full) << name;
      bright += is_full ? 1 : 0;
    }
    EXPECT_GT(bright, 10U);
  }
  // The SMV has a pedestal of its own, as without a read-out.
  EXPECT_THAT(workspace.bytes("a.img").substr(0, 1024), HasSubstr("CCD_IMAGE_SATURATION=70;"));
}

TEST(ReadOutRun, DoesNotDependOnTheNumberOfThreads) {
  std::vector<std::string> bytes;
  for (const char* threads : {"1", "2", "7"}) {
    const Workspace workspace;
    workspace.run_silently(kBright + kIntegrating +
                           Arguments{"-hot_pixels", "0.01", "-dead_time", "1000", "-threads",
                                     threads, "-out", "a.cbf", "-noisefile", "n.img", "-pngfile",
                                     "p.png"});
    bytes.push_back(workspace.bytes("a.cbf") + workspace.bytes("n.img") + workspace.bytes("p.png"));
  }
  EXPECT_TRUE(bytes[0] == bytes[1]);
  EXPECT_TRUE(bytes[0] == bytes[2]);
}

TEST(ReadOutRun, TheNoiseImageIsThatOfTheReferenceUntilAReadOutIsAskedFor) {
  const Workspace workspace;
  workspace.run_silently(kBright + Arguments{"-noisefile", "a.img", "-out", "a.cbf"});
  workspace.run_silently(kBright +
                         Arguments{"-noisefile", "b.img", "-rng", "reference", "-out", "b.cbf"});
  workspace.run_silently(kBright + Arguments{"-noisefile", "c.img", "-rng", "counter", "-out",
                                             "c.img.cbf", "-out", "d.img"});
  EXPECT_TRUE(workspace.bytes("a.img") == workspace.bytes("b.img"));
  EXPECT_FALSE(workspace.bytes("a.img") == workspace.bytes("c.img"));
  const io::ObservedImage counted = read(workspace, "c.img");
  const io::ObservedImage out = read(workspace, "a.cbf");
  for (std::size_t i = 0; i < out.shape().size(); ++i) {
    ASSERT_EQ(counted.values.pixels()[i], out.values.pixels()[i] + 40.0);
  }
}

TEST(ReadOutRun, ThePreviewShowsReadings) {
  const Workspace workspace;
  workspace.run_silently(kBright + Arguments{"-pngfile", "ideal.png"});
  const auto result =
      workspace.run_silently(kBright + Arguments{"-rng", "counter", "-pngfile", "read.png"});
  EXPECT_THAT(result.output, HasSubstr("preview of the readings"));
  EXPECT_FALSE(workspace.bytes("ideal.png") == workspace.bytes("read.png"));
}

TEST(ReadOutRun, TheConfigurationThatIsShownRepeatsIt) {
  const Workspace workspace;
  const Arguments detector = {
      "-gain", "4", "-dead_time", "100", "-count_rate_model", "nonparalysable", "-hot_pixels", "5"};
  workspace.run_silently(kBright + detector + Arguments{"-out", "a.cbf", "-out", "a.img"});
  const auto shown = workspace.run(kBright + detector + Arguments{"-show_config"});
  EXPECT_THAT(shown.output, HasSubstr("[read_out]\n"));
  workspace.write("c.toml", shown.output);
  workspace.run({"-config", "c.toml", "-out", "b.cbf", "-out", "b.img"});
  const auto pixels = [&](const std::string& name) {
    const io::ObservedImage image = read(workspace, name);
    return std::vector<double>(image.values.pixels().begin(), image.values.pixels().end());
  };
  EXPECT_EQ(pixels("a.cbf"), pixels("b.cbf"));
  EXPECT_EQ(pixels("a.img"), pixels("b.img"));
}

TEST(ReadOutRun, ImagesOfASeriesShareTheirDeadPixelsAndNotTheirNoise) {
  const Workspace workspace;
  const Arguments sweep = {"sweep", "--images", "2", "--osc", "1e-9", "--out", "x_###.cbf", "--"};
  const auto result = workspace.run(sweep + kBright + kIntegrating + Arguments{"-phisteps", "1"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const io::ObservedImage first = read(workspace, "x_001.cbf");
  const io::ObservedImage second = read(workspace, "x_002.cbf");
  std::size_t same = 0;
  std::size_t dead = 0;
  for (std::size_t i = 0; i < first.shape().size(); ++i) {
    ASSERT_EQ(first.validity.pixels()[i], second.validity.pixels()[i]);
    dead += first.validity.pixels()[i] == io::Validity::not_measured ? 1 : 0;
    same += first.values.pixels()[i] == second.values.pixels()[i] ? 1 : 0;
  }
  EXPECT_EQ(dead, 20U);
  EXPECT_LT(same, first.shape().size() / 5);
  // Another detector is another series.
  const auto other = workspace.run(sweep + kBright + Arguments{"-phisteps", "1", "-gain", "2"});
  EXPECT_EQ(other.exit_code, 1);
}

TEST(ReadOutRun, RefusesWhatCannotBe) {
  const Workspace workspace;
  const auto before = workspace.files();
  const auto refuses = [&](const Arguments& flags, const std::string& text) {
    const auto result = workspace.run(kBright + flags + Arguments{"-out", "a.cbf"});
    EXPECT_EQ(result.exit_code, 2) << text;
    EXPECT_THAT(result.errors, HasSubstr(text));
  };
  refuses({"-gain", "0"}, "'-gain': 0 is out of range (allowed: above 0)");
  refuses({"-readout", "-1"}, "'-readout': -1 is out of range");
  refuses({"-bits", "33"}, "a converter has at most 32");
  refuses({"-bits", "8", "-saturation", "300"}, "they hold 255 at most");
  refuses({"-bits", "5", "-adc", "40", "-gain", "2"}, "a pedestal of 40");
  refuses({"-adc", "-3", "-gain", "2"}, "a pedestal of -3");
  refuses({"-count_rate_model", "paralysable"}, "-count_rate_model without -dead_time");
  refuses({"-count_rate_model", "paralyzable"}, "did you mean 'paralysable'?");
  refuses({"-calib_seed", "1"}, "-calib_seed without -calibration");
  refuses({"-badpix_seed", "1"}, "-badpix_seed without -dead_pixels or -hot_pixels");
  refuses({"-low_gain", "0.1"}, "-low_gain without -low_gain_from");
  refuses({"-medium_gain", "2", "-medium_gain_from", "30"}, "a pixel switches to lower gains");
  refuses({"-charge_sharing", "0.1", "-dead_time", "100"}, "charge sharing with a dead time");
  refuses({"-dead_pixels", "0.6"}, "below 1 it is a fraction");
  refuses({"-gain", "2", "-nonoise"}, "-gain with -nonoise");
  refuses({"-gain", "2", "-rng", "reference"}, "-gain with -rng reference");
  const auto many = workspace.run(kBright + Arguments{"-dead_pixels", "2000", "-out", "a.cbf"});
  EXPECT_EQ(many.exit_code, 1);
  EXPECT_THAT(many.errors, HasSubstr("2000 bad pixels (the detector has 1024)"));
  EXPECT_FALSE(workspace.has("a.cbf"));
}

}  // namespace
}  // namespace nanobragg::test
