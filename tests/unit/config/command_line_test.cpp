// The order of flags, the file of -config, and the golden command lines.
#include "nanobragg/config/options/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "nanobragg/base/error.hpp"
#include "nanobragg/config/options/toml.hpp"

namespace nanobragg::config {
namespace {

std::vector<std::string> split(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), std::istream_iterator<std::string>()};
}

Settings parse(const std::string& text) { return parse_arguments(split(text)).settings; }

TEST(CommandLine, NothingSetsNothing) { EXPECT_EQ(parse(""), Settings{}); }

TEST(CommandLine, OutGathersFiles) {
  const Settings settings = parse("-out a.cbf -seed 1 -out b.nxs -out a.cbf");
  EXPECT_EQ(settings.out_files, (std::vector<std::string>{"a.cbf", "b.nxs"}));
}

TEST(CommandLine, TheLastOneWins) {
  EXPECT_EQ(parse("-lambda 1 -energy 12398.42 -wave 3").wavelength_A, 3.0);
  EXPECT_EQ(parse("-N 5 -Nb 7"), [] {
    Settings s;
    s.cells_a = s.cells_c = 5;
    s.cells_b = 7;
    return s;
  }());
  EXPECT_EQ(parse("-Nb 7 -N 5").cells_b, 5.0);
  EXPECT_EQ(parse("-interpolate -nointerpolate").interpolate, false);
  EXPECT_EQ(parse("-nointerpolate -interpolate").interpolate, true);
  EXPECT_EQ(parse("-square_div -round_div").round_divergence, true);
}

TEST(CommandLine, TheLastPlacingFlagImpliesThePivot) {
  EXPECT_EQ(parse("-distance 1 -Xclose 1").implied_pivot, Pivot::sample);
  EXPECT_EQ(parse("-Xclose 1 -distance 1").implied_pivot, Pivot::beam);
  const Settings settings = parse("-pivot sample -Xbeam 1");
  EXPECT_EQ(settings.pivot, Pivot::sample);
  EXPECT_EQ(settings.implied_pivot, Pivot::beam);
  EXPECT_EQ(parse("-Xbeam 1 -pivot sample").implied_pivot, Pivot::sample);
}

TEST(CommandLine, VectorsAndProgramsSelectTheConventionInOrder) {
  EXPECT_EQ(parse("-xds -fdet_vector 1 0 0").convention, Convention::custom);
  const Settings settings = parse("-fdet_vector 1 0 0 -xds");
  EXPECT_EQ(settings.convention, Convention::xds);
  EXPECT_TRUE(settings.fast_vector);
}

TEST(CommandLine, WhatWasTurnedOffIsTurnedOnAgain) {
  EXPECT_EQ(parse("-nopolar -polar 0.9").polarised, true);
  EXPECT_EQ(parse("-polar 0.9 -nopolar").polarised, false);
  EXPECT_EQ(parse("-nonoise -noisefile n").noise, true);
  EXPECT_EQ(parse("-noisefile n -nonoise").noise, false);
  EXPECT_EQ(parse("-nopgm -pgmscale 1").pgm, true);
  EXPECT_EQ(parse("-pgmfile p -nopgm").pgm, false);
}

TEST(CommandLine, RandomAndGivenMissettingExcludeEachOther) {
  Settings settings = parse("-misset random -misset 1 2 3");
  EXPECT_FALSE(settings.misset_random);
  EXPECT_TRUE(settings.misset_deg);
  settings = parse("-misset 1 2 3 -misset random");
  EXPECT_EQ(settings.misset_random, true);
  EXPECT_FALSE(settings.misset_deg);
}

TEST(CommandLine, IgnoredFlagsWarnOnceEachAndTakeOnlyAValue) {
  const auto parsed = parse_arguments(split("-hdiv 1 -coherent -molec -pixel 0.2 -stolout"));
  EXPECT_EQ(parsed.settings.pixel_mm, 0.2);
  EXPECT_THAT(parsed.warnings,
              testing::ElementsAre("flag '-hdiv' is ignored (nanoBragg.c ignores it too)",
                                   "flag '-coherent' is ignored (nanoBragg.c ignores it too)",
                                   "flag '-molec' is ignored (nanoBragg.c ignores it too)",
                                   "flag '-stolout' is ignored (nanoBragg.c ignores it too)"));
}

TEST(CommandLine, FlagsOverrideTheFile) {
  const auto arguments = split("-pixel 0.2 -config run.toml -fdet_vector 1 0 0");
  const auto parsed = parse_arguments_and_config(arguments, [](const std::string& file) {
    EXPECT_EQ(file, "run.toml");
    return std::string("[detector]\npixel_mm = 0.5\nconvention = 'xds'\n[spindle]\nphi_deg = 4\n");
  });
  EXPECT_EQ(parsed.settings.pixel_mm, 0.2);
  EXPECT_EQ(parsed.settings.phi_deg, 4.0);
  EXPECT_EQ(parsed.settings.convention, Convention::custom);
  EXPECT_EQ(parsed.settings.config_file, "run.toml");
}

TEST(CommandLine, WithoutConfigNoFileIsRead) {
  const auto parsed = parse_arguments_and_config(split("-pixel 0.2 -hdiv 1"), [](const auto&) {
    ADD_FAILURE() << "read a file that nobody named";
    return std::string();
  });
  EXPECT_EQ(parsed.settings.pixel_mm, 0.2);
  EXPECT_EQ(parsed.warnings.size(), 1U);
}

TEST(CommandLine, ErrorsInTheFileCiteIt) {
  try {
    parse_arguments_and_config(split("-config run.toml"), [](const auto&) { return "\nx = 1\n"; });
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_EQ(error.where(), "run.toml:2");
  }
}

TEST(CommandLine, ReadsEveryGoldenCase) {
  std::size_t cases = 0;
  const std::filesystem::path folder = std::string(NANOBRAGG_TEST_DATA) + "/golden/cases";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path() / "case.json");
    const auto arguments = nlohmann::json::parse(file)["args"].get<std::vector<std::string>>();
    ParsedArguments parsed;
    ASSERT_NO_THROW(parsed = parse_arguments(arguments)) << entry.path();
    EXPECT_TRUE(parsed.warnings.empty()) << entry.path();
    EXPECT_EQ(parse_toml(to_toml(parsed.settings), "t"), parsed.settings) << entry.path();
    ++cases;
  }
  EXPECT_GE(cases, 80U);
}

}  // namespace
}  // namespace nanobragg::config
