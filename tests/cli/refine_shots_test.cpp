// nanobragg refine --experiment as a user runs it: what it leaves, and what it says of bad input.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/workspace.hpp"
#include "nanobragg/io/reflections/dials_table.hpp"
#include "support/mtz_file.hpp"

namespace nanobragg::test {
namespace {

using testing::HasSubstr;
using Json = nlohmann::json;

class RefineShots : public testing::Test {
 protected:
  RefineShots() {
    const auto made = folder_.run({"stills",
                                   "--out",
                                   "s_####.cbf",
                                   "--images",
                                   "2",
                                   "--orientations",
                                   "random:7",
                                   "--",
                                   "-cell",
                                   "60",
                                   "60",
                                   "40",
                                   "90",
                                   "90",
                                   "90",
                                   "-default_F",
                                   "100",
                                   "-N",
                                   "60",
                                   "-gauss_cells",
                                   "-mosaic_spread",
                                   "0.1",
                                   "-mosaic_shape",
                                   "gauss",
                                   "-lambda",
                                   "1",
                                   "-distance",
                                   "80",
                                   "-detpixels",
                                   "200",
                                   "-pixel",
                                   "0.3",
                                   "-dmin",
                                   "3",
                                   "-fluence",
                                   "1e24",
                                   "-background",
                                   "water:10um",
                                   "-kernel",
                                   "analytic",
                                   "-seed",
                                   "5"});
    EXPECT_EQ(made.exit_code, 0) << made.errors;
  }
  Json list() const {
    Json json = Json::parse(folder_.bytes("s.expt"));
    json["experiment"].erase(1);
    return json;
  }
  ProgramResult refine(const Arguments& options, const Arguments& flags = {}) const {
    return folder_.run(Arguments{"refine", "--out", "out"} + options + Arguments{"--"} + flags);
  }
  // Refused, with this in the message, and no file written.
  void expect_refused(const Arguments& options, const std::string& message, int code,
                      const Arguments& flags = {}) const {
    const auto run = refine(options, flags);
    EXPECT_EQ(run.exit_code, code) << message;
    EXPECT_THAT(run.errors, HasSubstr(message));
    EXPECT_FALSE(folder_.has("out")) << message;
  }
  void expect_refused(const Json& changed, const std::string& message) const {
    folder_.write("x.expt", changed.dump());
    expect_refused({"--experiment", "x.expt"}, message, 1);
  }

  Workspace folder_;
};

TEST_F(RefineShots, LeavesListsTablesAndAPage) {
  const auto run = refine({"--experiment", "s.expt", "--shots", "0", "--parameters", "scale"});
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  for (const char* file : {"refined.expt", "refined.refl", "shots.csv", "report.html"}) {
    EXPECT_TRUE(folder_.has(std::string("out/") + file)) << file;
  }
  const std::string page = folder_.bytes("out/report.html");
  for (const char* part : {"Converged", "Parameters", "The worst box", "The best box",
                           "data:image/png;base64,", "Deviations of pixels", "By resolution"}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
  EXPECT_EQ(page.find("src=\"http"), std::string::npos);
}

TEST_F(RefineShots, KeepsWhatItReads) {
  ASSERT_EQ(refine({"--experiment", "s.expt", "--shots", "0", "--parameters", "scale"}).exit_code,
            0);
  const std::string before = folder_.bytes("out/refined.expt");
  const auto run = refine({"--experiment", "out/refined.expt", "--parameters", "scale"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.errors, HasSubstr("refined.expt"));
  EXPECT_EQ(folder_.bytes("out/refined.expt"), before);
}

TEST_F(RefineShots, SaysWhatAListLacks) {
  Json json = list();
  json["experiment"][0].erase("crystal");
  expect_refused(json, "x.expt: no experiment with a crystal");
  json = list();
  json["experiment"][0].erase("imageset");
  expect_refused(json, "x.expt: experiment 0 names no image");
  json = list();
  json["imageset"][0]["images"] = {"/no/such/gone_0001.cbf"};
  expect_refused(json, "tried /no/such/gone_0001.cbf, gone_0001.cbf");
  json = list();
  json["crystal"][0]["space_group_hall_symbol"] = "nonsense";
  expect_refused(json, "the space group 'nonsense' is none");
}

TEST_F(RefineShots, SaysWhatImagesDoNotHave) {
  Json json = list();
  json["detector"][0]["panels"][0]["image_size"] = {200, 150};
  expect_refused(json, "observed image of 200 x 200 pixels (the detector has 200 x 150)");
  json = list();
  json["detector"][0]["panels"][0]["mask"] = {{0, 0, 200, 200}};
  expect_refused(json, "x.expt: experiment 0 predicts no spot on its detector");
  json = list();
  json["detector"][0]["panels"][0]["trusted_range"] = {2e9, 2.1e9};
  expect_refused(json, "no pixel of the image can be used");
}

// Amplitudes of some reflections, of a crystal like that of the stills or not.
MtzContent amplitudes(const std::string& group, std::array<double, 6> cell, double sigma = 5.0) {
  MtzContent out{.space_group = group, .cell = cell, .indices = {}, .columns = {}};
  std::vector<double> values, sigmas;
  for (int h = 0; h <= 20; ++h) {
    for (int k = 0; k <= 20; ++k) {
      for (int l = 0; l <= 14; ++l) {
        out.indices.push_back({h, k, l});
        values.push_back(100.0 + h + k + l);
        sigmas.push_back(sigma);
      }
    }
  }
  out.columns = {{"F", 'F', values}, {"SIGF", 'Q', sigmas}};
  return out;
}

TEST_F(RefineShots, HoldsAmplitudesAgainstTheCrystal) {
  const auto named = [&](const MtzContent& content) {
    write_mtz(folder_.path() / "a.mtz", content);
    return Arguments{"-hkl", "a.mtz", "-dmin", "3"};
  };
  const Arguments options{"--experiment", "x.expt", "--parameters", "scale", "--rounds", "1"};
  Json json = list();
  json["crystal"][0]["space_group_hall_symbol"] = " P 2 2";
  folder_.write("x.expt", json.dump());
  expect_refused(options,
                 "a.mtz: amplitudes of another cell (60 63 40 90 90 90) than that of experiment 0 "
                 "in x.expt (60 60 40 90 90 90)",
                 1, named(amplitudes("P 2 2 2", {60, 63, 40, 90, 90, 90})));
  expect_refused(options, "does not have the symmetry of P m -3", 1,
                 named(amplitudes("P m -3", {60, 60, 40, 90, 90, 90})));
  json["crystal"][0]["space_group_hall_symbol"] = " P 2y";
  folder_.write("x.expt", json.dump());
  expect_refused(options, "amplitudes of the space group P 4, and crystals in P 1 2 1", 1,
                 named(amplitudes("P 4", {60, 60, 40, 90, 90, 90})));
  const auto run = refine(options, named(amplitudes("P 2 2 2", {60.5, 60, 40, 90, 90, 90})));
  EXPECT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_THAT(run.errors,
              HasSubstr("amplitudes of the space group P 2 2 2, and crystals in P 1 2 1"));
}

// What a file says of its amplitudes is known beforehand: the factors of a file that is sure of
// them stay near 1, unless a number is said.
TEST_F(RefineShots, KnowsTheSigmasOfAmplitudes) {
  const auto spread = [&](double sigma, const std::string& words) {
    write_mtz(folder_.path() / "a.mtz", amplitudes("P 1", {60, 60, 40, 90, 90, 90}, sigma));
    const auto run = refine(
        {"--experiment", "s.expt", "--shots", "0", "--parameters", "scale", "--amplitudes", words},
        {"-hkl", "a.mtz", "-dmin", "3"});
    EXPECT_EQ(run.exit_code, 0) << run.errors;
    const auto table = io::DialsTable::parsed(folder_.bytes("out/refined.refl"), "refined.refl");
    double sum = 0.0;
    for (const auto& [factor] : table.get<std::array<double, 1>>("nanobragg.intensity_factor")) {
      sum += std::pow(std::log(factor), 2);
    }
    return std::sqrt(sum / static_cast<double>(table.rows()));
  };
  const double sure = spread(1.0, "restrained"), unsure = spread(40.0, "restrained");
  EXPECT_LT(sure, 0.5 * unsure);
  EXPECT_EQ(spread(1.0, "restrained:0.3"), spread(40.0, "restrained:0.3"));
}

TEST_F(RefineShots, TakesMasksOfDials) {
  Json json = list();
  json["imageset"][0]["mask"] = "gone.pickle";
  expect_refused(json, "x.expt: its mask is not there (tried gone.pickle)");
  folder_.write("m.pickle", "\x80\x02}q\x01.");
  json["imageset"][0]["mask"] = "/elsewhere/m.pickle";
  expect_refused(json, "m.pickle: not a mask of DIALS: it has the instruction 0x7d");
}

TEST_F(RefineShots, RefusesATableOfOtherExperiments) {
  ASSERT_EQ(refine({"--experiment", "s.expt", "--shots", "0", "--parameters", "scale"}).exit_code,
            0);
  folder_.write("spots.refl", folder_.bytes("out/refined.refl"));
  std::filesystem::remove_all(folder_.path() / "out");
  Json json = list();
  json["experiment"][0]["identifier"] = "another";
  folder_.write("x.expt", json.dump());
  expect_refused({"--experiment", "x.expt", "--reflections", "spots.refl"},
                 "spots.refl: a reflection table of other experiments", 1);
  expect_refused({"--experiment", "s.expt", "--shots", "1", "--reflections", "spots.refl"},
                 "spots.refl: no indexed spot of experiment 1", 1);
  expect_refused({"--experiment", "s.expt", "--reflections", "s_0001.cbf"},
                 "s_0001.cbf: not a reflection table of DIALS", 1);
}

TEST_F(RefineShots, RefusesWordsThatMeanNothing) {
  const auto refused = [&](const Arguments& words, const std::string& message) {
    expect_refused(Arguments{"--experiment", "s.expt"} + words, message, 2);
  };
  refused({"--shots", "7"}, "shot 7 of 2");
  refused({"--shots", "x"}, "'x' names no shots");
  refused({"--recipe", "quick"}, "unknown recipe 'quick'");
  refused({"--amplitudes", "none"}, "unknown amplitudes 'none'");
  refused({"--amplitudes", "restrained:-1"}, "'-1' is not a positive number");
  refused({"--amplitudes", "fixed"}, "no amplitudes to begin with");
  refused({"--parameters", "nothing"}, "unknown parameter 'nothing'");
  refused({"--parameters", "F"}, "F among the parameters of a shot");
  refused({"--restraint", "cell_a=5"}, "is not name=number:number");
  for (const char* number : {"x", "0", "-4"}) refused({"--spots", number}, "--spots");
  for (const char* number : {"x", "0", "-1", "1000000"}) refused({"--margin", number}, "--margin");
  for (const char* number : {"-1", "nan"}) refused({"--spot-error", number}, "--spot-error");
}

}  // namespace
}  // namespace nanobragg::test
