// What a file of an experiment may hold, and how errors name what it may not.
#include "nanobragg/io/experiment/experiment_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/file.hpp"
#include "support/experiments.hpp"
#include "support/temporary_folder.hpp"

namespace nanobragg::test {
namespace {

using nlohmann::ordered_json;
using testing::HasSubstr;

io::StoredExperiment sample() {
  ExperimentParts parts = small_experiment();
  parts.structure_factors = random_amplitudes(2, 3.0, 1);
  parts.sampling.region = RegionOfInterest{{1, 2}, {3, 4}};
  Image<std::uint16_t> mask(parts.panel.shape);
  std::ranges::fill(mask.pixels(), 1);
  mask.pixels()[5] = 0;
  parts.sampling.mask = std::make_shared<const Image<std::uint16_t>>(mask);
  parts.beam.sources = {{{0, 0, -10}, Metre(1e-10), 1.0}};
  return {parts.build(), compat::QuirkSet::physical()};
}

// The message of reading a sample that was changed.
std::string message(const std::function<void(ordered_json&)>& change) {
  ordered_json json = ordered_json::parse(io::experiment_json(sample()));
  change(json);
  try {
    io::parse_experiment(json.dump(), "e.json");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(ExperimentFile, IsJsonWithItsFormatAndVersion) {
  const auto json = ordered_json::parse(io::experiment_json(sample()));
  EXPECT_EQ(json.at("format"), "nanobragg experiment");
  EXPECT_EQ(json.at("version"), 1);
  EXPECT_THAT(json.at("program").get<std::string>(), HasSubstr("nanobragg "));
  EXPECT_EQ(json.at("beam").at("wavelength_m"), sample().experiment.beam->wavelength.value());
  EXPECT_EQ(json.at("sampling").at("mask").at("values_and_counts"),
            ordered_json::parse("[1, 5, 0, 1, 1, 762]"));
  EXPECT_EQ(message([](ordered_json&) {}), "");
}

TEST(ExperimentFile, KeepsTheLastBitOfANumber) {
  io::StoredExperiment stored = sample();
  for (const double number :
       {-0.0, 0.1, 1.0 / 3.0, std::numeric_limits<double>::denorm_min(), 1e300, -123456789.0}) {
    stored.experiment.spindle.start = Radian(number);
    const auto again = io::parse_experiment(io::experiment_json(stored), "e.json");
    EXPECT_EQ(std::bit_cast<std::uint64_t>(again.experiment.spindle.start.value()),
              std::bit_cast<std::uint64_t>(number));
  }
  stored.experiment.detector.sensor = {{1, 1e-4, {}}, std::numeric_limits<double>::infinity()};
  const auto again = io::parse_experiment(io::experiment_json(stored), "e.json");
  EXPECT_EQ(again.experiment.detector.sensor.attenuation_per_m,
            std::numeric_limits<double>::infinity());
}

TEST(ExperimentFile, NamesTheKeyOfAnError) {
  using J = ordered_json;
  EXPECT_EQ(message([](J& j) { j["crystal"]["fugde"] = 1; }),
            "e.json: crystal: unknown key 'fugde' (the format has no such key): did you mean "
            "'fudge'?");
  EXPECT_EQ(message([](J& j) { j["beam"].erase("fluence_per_m2"); }),
            "e.json: beam: no key 'fluence_per_m2'");
  EXPECT_EQ(message([](J& j) { j["crystal"]["cell"]["a_A"] = "long"; }),
            "e.json: crystal.cell.a_A: expected a number, found string");
  EXPECT_EQ(message([](J& j) {
              j["beam"]["direction"] = {0, 1};
            }),
            "e.json: beam.direction: expected a list of 3, found array");
  EXPECT_THAT(message([](J& j) { j["sampling"]["oversample"] = 1.5; }),
              HasSubstr("e.json: sampling.oversample: expected a whole number"));
  EXPECT_THAT(message([](J& j) { j["sampling"]["oversample"] = 5000000000; }),
              HasSubstr("e.json: sampling.oversample: expected a whole number"));
  EXPECT_EQ(message([](J& j) { j["crystal"]["shape"] = "cube"; }),
            "e.json: crystal.shape: expected one of square, round, gauss, tophat, gauss_cells, "
            "tophat_cells, found \"cube\"");
  EXPECT_EQ(message([](J& j) { j["detector"]["panels"][0]["pixels_slow"] = -1; }),
            "e.json: detector.panels[0].pixels_slow: expected a whole number from 0 to "
            "18446744073709551615, found -1");
  EXPECT_THAT(message([](J& j) { j["quirks"].push_back("round_peek"); }),
              HasSubstr("e.json: quirks: 'round_peek' is not a quirk"));
}

TEST(ExperimentFile, RefusesOtherFormatsAndNewerVersions) {
  using J = ordered_json;
  EXPECT_EQ(message([](J& j) { j["version"] = 2; }).substr(0, 70),
            "e.json: version 2 of the format (this program reads version 1): it was");
  EXPECT_THAT(message([](J& j) { j["format"] = "DIALS"; }), HasSubstr("of the format 'DIALS'"));
  EXPECT_THAT(message([](J& j) { j.erase("format"); }), HasSubstr("no key 'format'"));
  const auto refused = [](const std::string& text) {
    try {
      io::parse_experiment(text, "e.json");
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_THAT(refused("{\"format\": "), HasSubstr("e.json: not valid JSON"));
  EXPECT_THAT(refused("[]"), HasSubstr("e.json: expected an object"));
  EXPECT_THAT(refused(R"({"format": "x", "format": "y"})"), HasSubstr("'format' stands twice"));
  EXPECT_THAT(refused(std::string(100, '[')), HasSubstr("nested more than"));
  EXPECT_THAT(refused(R"({"format": 1e999})"), HasSubstr("a number is too large"));
}

TEST(ExperimentFile, HoldsToTheLimitsOfTheModel) {
  using J = ordered_json;
  EXPECT_EQ(message([](J& j) { j["beam"]["wavelength_m"] = 0.0; }),
            "e.json: beam: impossible wavelength 0 Å (it must be positive)");
  EXPECT_THAT(message([](J& j) { j["beam"]["wavelength_m"] = "NaN"; }),
              HasSubstr("e.json: beam: impossible wavelength"));
  EXPECT_THAT(message([](J& j) { j["crystal"].erase("cell"); }), HasSubstr("no unit cell"));
  EXPECT_THAT(message([](J& j) { j["water_edge_m"] = -1.0; }), HasSubstr("the water"));
  EXPECT_THAT(message([](J& j) { j["structure_factors"]["table"]["amplitudes"].erase(0); }),
              HasSubstr("124 amplitudes over the indices"));
  EXPECT_THAT(message([](J& j) { j["structure_factors"]["table"]["last_hkl"][2] = 2147483647; }),
              HasSubstr("125 amplitudes over the indices"));
  EXPECT_THAT(message([](J& j) { j["structure_factors"]["table"]["amplitudes"][0] = 1e300; }),
              HasSubstr("e.json: structure_factors: impossible amplitude"));
  EXPECT_THAT(message([](J& j) { j["sampling"]["mask"]["values_and_counts"][1] = 6; }),
              HasSubstr("e.json: sampling, mask: 769 pixels of a mask of 32 × 24"));
  EXPECT_THAT(message([](J& j) { j["sampling"]["mask"]["values_and_counts"][0] = 65536; }),
              HasSubstr("e.json: sampling, mask: a mask's value of 65536"));
  EXPECT_THAT(message([](J& j) { j["sampling"]["region"]["last_slow"] = 24; }),
              HasSubstr("e.json: sampling, region: no region of 32 × 24"));
  EXPECT_THAT(message([](J& j) { j["detector"]["panels"] = J::array(); }),
              HasSubstr("e.json: detector: no panels"));
}

// One of two statements would not be used.
TEST(ExperimentFile, RefusesContradictions) {
  using J = ordered_json;
  EXPECT_THAT(message([](J& j) { j["detector"]["panels"][0]["close_distance_m"] = 0.2; }),
              HasSubstr("they state one distance"));
  const auto placed = [](J& j, double distance) {
    j["detector"]["placement"] = {{"beam", {0, 0, 1}},
                                  {"fast", j["detector"]["panels"][0]["fast"]},
                                  {"slow", j["detector"]["panels"][0]["slow"]},
                                  {"normal", j["detector"]["panels"][0]["normal"]},
                                  {"twotheta_axis", {0, 1, 0}},
                                  {"close_fast_m", 0.0},
                                  {"close_slow_m", 0.0},
                                  {"beam_fast_m", 0.0},
                                  {"beam_slow_m", 0.0},
                                  {"distance_m", distance},
                                  {"tilt_rad", {0, 0, 0}},
                                  {"twotheta_rad", 0},
                                  {"pivot", "beam"},
                                  {"corner_m", j["detector"]["panels"][0]["corner_m"]},
                                  {"ratio_of_distances", "with_swing"}};
  };
  EXPECT_EQ(message([&](J& j) { placed(j, 0.08); }), "");
  EXPECT_THAT(message([&](J& j) {
                placed(j, 0.08);
                j["detector"]["placement"]["corner_m"][0] = 0.001;
              }),
              HasSubstr("e.json: detector, placement: it places the panel where panels[0] does "
                        "not stand"));
}

TEST(ExperimentFile, ReplacesAFileAsAWhole) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "e.json";
  io::write_experiment(file, sample());
  EXPECT_EQ(io::experiment_json(io::read_experiment(file)), io::read_file(file));
}

}  // namespace
}  // namespace nanobragg::test
