// TOML files: every option survives writing and reading, and what is wrong is cited by line.
#include "nanobragg/config/options/toml.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "nanobragg/base/error.hpp"
#include "nanobragg/config/options/option.hpp"
#include "nanobragg/config/options/option_value.hpp"
#include "nanobragg/config/options/toml_paths.hpp"
#include "unit/config/option_samples.hpp"

namespace nanobragg::config {
namespace {

using testing::HasSubstr;

Settings given(Settings settings, const Option& option, std::mt19937_64& random) {
  const std::vector<std::string> elements = random_elements(option, random);
  return with_effect(with_value(std::move(settings), option, elements, {option.key, ""}), option);
}

TEST(Toml, EveryOptionSurvivesWritingAndReading) {
  std::mt19937_64 random(1);
  for (const Option& option : option_table()) {
    if (option.key.empty()) continue;
    for (int i = 0; i < 100; ++i) {
      const Settings settings = given({}, option, random);
      ASSERT_NE(settings, Settings{}) << path_of(option);
      const std::string text = to_toml(settings);
      ASSERT_THAT(text, HasSubstr(option.key + " = "));
      ASSERT_EQ(parse_toml(text, "t"), settings) << text;
    }
  }
}

TEST(Toml, AllOptionsTogetherSurvive) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 100; ++i) {
    Settings settings;
    for (const Option& option : option_table()) {
      if (!option.key.empty()) settings = given(std::move(settings), option, random);
    }
    const std::string text = to_toml(settings);
    ASSERT_EQ(parse_toml(text, "t"), settings) << text;
  }
}

TEST(Toml, DefaultsSurvive) {
  Settings defaults = default_settings();
  EXPECT_EQ(defaults.show_config, false);
  defaults.show_config.reset();  // has no key
  EXPECT_EQ(parse_toml(to_toml(defaults), "t"), defaults);
}

TEST(Toml, ReadsWhatAUserWrites) {
  const Settings settings = parse_toml(R"(
spindle.phi_deg = 3
[crystal]
cell_A_deg = [70, 80.5, 90]
misset_deg = "random"
wilson_B_A2_seed = [20.0, 7]
[detector]
distance_mm = 100          # a whole number is a number
convention = "xds"
pixels_fast = 64.0
absorption_depth_um = inf
[output]
noise = false
[resolved]
anything = 1
)",
                                       "t");
  Settings expected;
  expected.phi_deg = 3.0;
  expected.cell = {70.0, 80.5, 90.0};
  expected.misset_random = true;
  expected.wilson = {20.0, 7.0};
  expected.distance_mm = 100.0;
  expected.implied_pivot = Pivot::beam;
  expected.convention = Convention::xds;
  expected.pixels_fast = 64;
  expected.absorption_depth_um = 0.0;
  expected.noise = false;
  EXPECT_EQ(settings, expected) << to_toml(settings);
}

TEST(Toml, KeysActInTheOrderOfTheFile) {
  EXPECT_EQ(parse_toml("[detector]\ndistance_mm = 1\nclose_distance_mm = 1\n", "t").implied_pivot,
            Pivot::sample);
  EXPECT_EQ(parse_toml("[detector]\nclose_distance_mm = 1\ndistance_mm = 1\n", "t").implied_pivot,
            Pivot::beam);
}

TEST(Toml, AKeyWinsOverWhatOthersImply) {
  EXPECT_EQ(parse_toml("[output]\nnoise = false\nnoise_file = 'n'\n", "t").noise, false);
  EXPECT_EQ(
      parse_toml("[detector]\nconvention = 'dials'\n[spindle]\naxis = [1, 0, 0]\n", "t").convention,
      Convention::dials);
  EXPECT_EQ(parse_toml("[spindle]\naxis = [1, 0, 0]\n", "t").convention, Convention::custom);
}

// Names are relative to the file that holds them.
TEST(Toml, FilesAreLookedForBesideIt) {
  const char* const text =
      "[crystal]\nhkl_file = 'a.hkl'\nmatrix_file = '/b.mat'\nhkl_column = 'F'\n"
      "[output]\nfloat_file = 'deep/c.bin'\nfiles = ['d.cbf', '/e.cbf']\n";
  const Settings beside = parse_toml(text, "sub/run.toml");
  EXPECT_EQ(beside.hkl_file, "sub/a.hkl");
  EXPECT_EQ(beside.matrix_file, "/b.mat");
  EXPECT_EQ(beside.hkl_column, "F");
  EXPECT_EQ(beside.float_file, "sub/deep/c.bin");
  EXPECT_EQ(beside.out_files, (std::vector<std::string>{"sub/d.cbf", "/e.cbf"}));
  EXPECT_EQ(parse_toml(text, "run.toml").hkl_file, "a.hkl");
  EXPECT_EQ(parse_toml(text, "/dev/stdin").hkl_file, "a.hkl") << "which stands nowhere";
  EXPECT_EQ(parse_toml(text, "/x/run.toml").hkl_file, "/x/a.hkl");
}

TEST(TomlPaths, FollowTheFolderOfTheFile) {
  const std::filesystem::path here = std::filesystem::current_path();
  Settings settings;
  settings.hkl_file = "sub/a.hkl";
  settings.matrix_file = (here / "sub/deep/b.mat").string();
  settings.geometry_file = "other/c.expt";
  settings.float_file = "d.bin";
  settings.dump_file = "Fdump.bin";
  const Settings portable = with_portable_inputs(settings, "sub");
  EXPECT_EQ(portable.hkl_file, "a.hkl");
  EXPECT_EQ(portable.matrix_file, "deep/b.mat");
  EXPECT_EQ(portable.geometry_file, (here / "other/c.expt").string());
  EXPECT_EQ(portable.float_file, "d.bin");
  EXPECT_FALSE(portable.dump_file) << "a copy that is written has its default name";
  EXPECT_EQ(with_absolute_names(settings).hkl_file, (here / "sub/a.hkl").string());
}

TEST(Toml, AnEmptyFileSetsNothing) {
  EXPECT_EQ(parse_toml("", "t"), Settings{});
  EXPECT_EQ(to_toml(Settings{}), "");
}

struct Wrong {
  const char* text;
  const char* message;  // all of it, or for syntax errors its beginning
};

const std::vector<Wrong> kWrong{
    Wrong{"[beam]\nwavelength = 1.0\n",
          "run.toml:2: unknown key 'beam.wavelength' (no such option): did you mean "
          "'beam.wavelength_A'?"},
    Wrong{"[crystal]\n\ndistance_mm = 1.0\n",
          "run.toml:3: unknown key 'crystal.distance_mm' (no such option): did you mean "
          "'detector.distance_mm'?"},
    Wrong{"[crystal]\nzzzzzzzz = 1.0\n",
          "run.toml:2: unknown key 'crystal.zzzzzzzz' (no such option)"},
    Wrong{"[detector.panel]\nx = 1\n", "run.toml:1: unknown key 'detector.panel' (no such option)"},
    Wrong{"distance_mm = 1.0\n",
          "run.toml:1: unknown key 'distance_mm' (keys stand in tables): did you mean "
          "'detector.distance_mm'?"},
    Wrong{"[detecter]\ndistance_mm = 1.0\n",
          "run.toml:1: unknown table [detecter] (no such group of options): did you mean "
          "[detector]?"},
    Wrong{"resolved = 1\n", "run.toml:1: unknown key 'resolved' (keys stand in tables)"},
    Wrong{"[detector]\ndistance_mm = \"100\"\n",
          "run.toml:2: key 'detector.distance_mm' needs a number, found a string"},
    Wrong{"[detector]\ndistance_mm = [100]\n",
          "run.toml:2: key 'detector.distance_mm' needs a number, found an array"},
    Wrong{"[detector]\ndistance_mm = 1979-05-27\n",
          "run.toml:2: key 'detector.distance_mm' needs a number, found a date or time"},
    Wrong{"[detector]\ndistance_mm = true\n",
          "run.toml:2: key 'detector.distance_mm' needs a number, found a boolean"},
    Wrong{"[detector]\ndistance_mm = 0\n",
          "run.toml:2: key 'detector.distance_mm': 0 is out of range (allowed: above 0)"},
    Wrong{"[detector]\ndistance_mm = inf\n",
          "run.toml:2: key 'detector.distance_mm': inf is out of range (allowed: above 0)"},
    Wrong{"[detector]\ndistance_mm = nan\n",
          "run.toml:2: key 'detector.distance_mm' needs a number, found 'nan'"},
    Wrong{"[detector]\npixels_fast = 64.5\n",
          "run.toml:2: key 'detector.pixels_fast' needs a whole number, found '64.5'"},
    Wrong{"[detector]\nconvention = 'moslfm'\n",
          "run.toml:2: key 'detector.convention' needs one of mosflm, denzo, adxv, xds, dials, "
          "custom, found 'moslfm': did you mean 'mosflm'?"},
    Wrong{"[detector]\nfast_vector = [1, 0]\n",
          "run.toml:2: key 'detector.fast_vector' needs 3 numbers, found 2"},
    Wrong{"[detector]\nfast_vector = [1, 0, 'z']\n",
          "run.toml:2: key 'detector.fast_vector' needs 3 numbers, found a string among them"},
    Wrong{"[detector]\nfast_vector = [0, 0, 0]\n",
          "run.toml:2: key 'detector.fast_vector': 0 0 0 is out of range (allowed: not all "
          "three 0)"},
    Wrong{"[crystal]\ncell_A_deg = []\n",
          "run.toml:2: key 'crystal.cell_A_deg' needs 1 to 6 numbers, found 0"},
    Wrong{"[crystal]\nmisset_deg = 'randon'\n",
          "run.toml:2: key 'crystal.misset_deg' needs 3 numbers or \"random\", found a string"},
    Wrong{"[crystal]\nmatrix_file = ''\n",
          "run.toml:2: key 'crystal.matrix_file' needs a name, found ''"},
    Wrong{"[crystal]\nmatrix_file = \"a\\u0000b\"\n",
          "run.toml:2: key 'crystal.matrix_file' needs a name"},
    Wrong{"[output]\nnoise = 1\n",
          "run.toml:2: key 'output.noise' needs true or false, found a number"},
    Wrong{"[output]\nnoise = true\nnoise = true\n", "run.toml:3: not valid TOML ("},
    Wrong{"[output\n", "run.toml:1: not valid TOML ("}};

TEST(Toml, WhatIsWrongIsCitedByLine) {
  for (const Wrong& row : kWrong) {
    try {
      parse_toml(row.text, "run.toml");
      ADD_FAILURE() << "accepted: " << row.text;
    } catch (const UsageError& error) {
      EXPECT_THAT(error.what(), testing::StartsWith(row.message));
    }
  }
}

}  // namespace
}  // namespace nanobragg::config
