// Spots in closed form from the command line: when they are taken, what is written of them, and
// what has none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "cli/gaussian_run.hpp"

namespace nanobragg::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(AnalyticKernel, IsTakenWhereNobodyAsksForSamples) {
  const Workspace workspace;
  const Arguments spreads{"-mosaic", "0.1", "-mosaic_shape", "gauss"};
  const auto image = [&](const std::string& name, const Arguments& more) {
    workspace.run(gaussian_run() + spreads + more + Arguments{"-floatfile", name});
    return workspace.bytes(name);
  };
  workspace.run_silently(gaussian_run() + spreads);
  const std::string closed = image("a.bin", {"-kernel", "analytic"});
  EXPECT_TRUE(image("b.bin", {}) == closed);
  for (const Arguments& samples : {Arguments{"-mosaic_domains", "7"},
                                   {"-phisteps", "9"},
                                   {"-oversample", "2"},
                                   {"-mosaic_seed", "5"}}) {
    EXPECT_FALSE(image("c.bin", samples) == closed) << samples.front();
    EXPECT_TRUE(image("d.bin", samples + Arguments{"-kernel", "analytic"}) == closed)
        << samples.front();
  }
}

TEST(AnalyticKernel, GivesTheSameBytesForAnyNumberOfThreads) {
  const Workspace workspace;
  workspace.run_silently(gaussian_run() + Arguments{"-floatfile", "one.bin", "-threads", "1"});
  workspace.run_silently(gaussian_run() + Arguments{"-floatfile", "many.bin", "-threads", "5"});
  EXPECT_TRUE(workspace.bytes("one.bin") == workspace.bytes("many.bin"));
}

TEST(AnalyticKernel, SaysWhatHasNoClosedForm) {
  const Workspace workspace;
  const Arguments plain{"-cell", "74", "74", "36", "-default_F", "1", "-kernel", "analytic"};
  const auto errors = [&](const Arguments& more) {
    const ProgramResult result = workspace.run(plain + more);
    EXPECT_EQ(result.exit_code, 2);
    return result.errors;
  };
  EXPECT_THAT(errors({"-N", "5"}), HasSubstr("-gauss_cells"));
  EXPECT_THAT(errors({"-N", "5", "-gauss_cells", "-mosaic", "1"}),
              HasSubstr("-mosaic_shape gauss"));
  EXPECT_THAT(errors({"-N", "5", "-gauss_cells", "-interpolate", "-hkl", "tetragonal.hkl"}),
              HasSubstr("interpolated"));
  EXPECT_THAT(errors({"-N", "5", "-gauss_cells", "-curved_det"}), HasSubstr("flat panels"));
}

// However large it is, nothing is divided into sub-pixels.
TEST(AnalyticKernel, TakesCrystalsOfAnySize) {
  const Workspace workspace;
  workspace.run_silently(gaussian_run() + Arguments{"-N", "100000", "-dispersion", "0.1",
                                                    "-dispersion_shape", "gauss"});
}

// The direct beam among them, which does not move.
TEST(AnalyticKernel, HasDerivativesThatDifferencesConfirm) {
  const Workspace workspace;
  const ProgramResult result =
      workspace.run(Arguments{"gradcheck", "--pixels", "1500", "--"} + gaussian_run() +
                    Arguments{"-mosaic", "0.1", "-mosaic_shape", "gauss", "-dispersion", "0.2",
                              "-dispersion_shape", "gauss", "-detector_thick", "300", "-roi", "70",
                              "130", "70", "130"});
  EXPECT_EQ(result.exit_code, 0) << result.output << result.errors;
  EXPECT_THAT(result.output, HasSubstr("all derivatives agree"));
  EXPECT_THAT(result.output, HasSubstr("closed form"));
}

TEST(AnalyticKernel, WarnsOfSpotsThatOverlap) {
  const Workspace workspace;
  const Arguments wide{"-mosaic", "8", "-mosaic_shape", "gauss"};
  EXPECT_THAT(workspace.run(gaussian_run() + wide).errors,
              HasSubstr("times as wide as the distance between reflections"));
}

// Before it works for hours.
TEST(AnalyticKernel, AnnouncesALongRun) {
  const Workspace workspace;
  const ProgramResult result =
      workspace.run(gaussian_run() + Arguments{"-divergence", "800", "-divergence_shape", "gauss",
                                               "-kernel", "analytic", "-show_config"});
  EXPECT_THAT(result.errors, HasSubstr("this run is long (6.2e+06 spots"));
  EXPECT_THAT(result.errors, HasSubstr("a narrower -mosaic, -dispersion or -divergence"));
}

// A turn would.
TEST(AnalyticKernel, SaysWhatWidensAPerfectStill) {
  const Workspace workspace;
  const Arguments perfect = gaussian_run() + Arguments{"-N", "100000"};
  EXPECT_THAT(workspace.run(perfect + Arguments{"-osc", "0"}).errors,
              HasSubstr("excites 0.003 reflections"));
  workspace.run_silently(perfect);
}

// However a kernel is named, a sweep asks it whether it sums over steps.
TEST(SweepOfGaussianSpots, TakesTheStepsOfItsKernel) {
  const auto note_of = [](const Arguments& more) {
    const Workspace workspace;
    const ProgramResult result = workspace.run(
        Arguments{"sweep", "--images", "1",         "--osc", "0.5",        "--out",      "x_#.cbf",
                  "--",    "-cell",    "74",        "74",    "36",         "-default_F", "100",
                  "-N",    "30",       "-distance", "80",    "-detpixels", "50",         "-quiet"} +
        more);
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    return workspace.bytes("x_series.toml");
  };
  EXPECT_THAT(note_of({"-gauss_cells"}), Not(HasSubstr("phi_steps")));
  EXPECT_THAT(note_of({"-gauss_cells", "-kernel", "simd"}), HasSubstr("phi_steps = 10"));
  EXPECT_THAT(
      note_of({"-gauss_cells", "-kernel", "auto", "-mosaic", "4", "-mosaic_shape", "gauss"}),
      HasSubstr("phi_steps = 10"));
  EXPECT_THAT(note_of({"-square_xtal"}), HasSubstr("phi_steps = 10"));
}

// The photons of the spots are those of the image, and their factors those of the table.
TEST(TracedSpots, MakeThePixelOfTheImage) {
  const Workspace workspace;
  workspace.run_silently(gaussian_run() +
                         Arguments{"-floatfile", "a.bin", "-reflections", "r.csv"});
  const std::vector<float> image = floats(workspace, "a.bin");
  const auto brightest = static_cast<std::size_t>(
      std::ranges::max_element(image.begin() + 5000, image.begin() + 15000) - image.begin());
  const ProgramResult result = workspace.run(
      Arguments{"trace", "--pixel", std::to_string(brightest / 200),
                std::to_string(brightest % 200), "--out", "t", "--format", "json", "--"} +
      gaussian_run());
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("integrated in closed form"));
  std::map<std::string, nlohmann::json> last;
  double photons = 0.0;
  const nlohmann::json trace = nlohmann::json::parse(result.output);
  for (const auto& line : trace["pixels"][0]["lines"]) {
    last[line["key"]] = line["value"];
    if (line["key"] == "spot_photons") photons += line["value"].get<double>();
  }
  const double sum = last["photons_in_closed_form"];
  EXPECT_DOUBLE_EQ(sum, photons);
  EXPECT_EQ(static_cast<float>(sum), image[brightest]);
  ASSERT_EQ(last["spots"], 1);
  const std::string table = workspace.bytes("r.csv");
  const std::string hkl = std::to_string(last["spot_hkl"][0].get<int>()) + "," +
                          std::to_string(last["spot_hkl"][1].get<int>()) + "," +
                          std::to_string(last["spot_hkl"][2].get<int>()) + ",";
  const std::size_t row = table.find("\n" + hkl);
  ASSERT_NE(row, std::string::npos);
  std::vector<double> values;
  std::istringstream fields(table.substr(row + 1, table.find('\n', row + 1) - row - 1));
  for (std::string field; std::getline(fields, field, ',');) values.push_back(std::stod(field));
  EXPECT_NEAR(last["spot_partiality"], values[8], 1e-6);
  EXPECT_NEAR(last["spot_centre_pixels"][0], values[4], 0.3);
  EXPECT_NEAR(last["spot_centre_pixels"][1], values[5], 0.3);
  EXPECT_GE(last["spot_photons"], 0.0);
  EXPECT_GT(last["spot_variances_A_inv_sqr"][0], 0.0);
}

TEST(TracedSpots, AreNotThoseOfAnImageOfSamples) {
  const Workspace workspace;
  const ProgramResult result =
      workspace.run(Arguments{"trace", "--pixel", "100", "100", "--out", "t", "--"} +
                    gaussian_run() + Arguments{"-phisteps", "4"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(result.output, Not(HasSubstr("closed_form")));
  EXPECT_THAT(result.errors, Not(HasSubstr("closed form")));
}

// Each panel's rows of the table add up to its image.
// The rows of a table in CSV, and their fields in the order of its columns.
std::vector<std::vector<double>> rows_of(const std::string& csv) {
  std::istringstream table(csv);
  std::string line;
  std::getline(table, line);
  EXPECT_THAT(line, StartsWith("h,k,l,panel,fast_px,slow_px,"));
  std::vector<std::vector<double>> rows;
  while (std::getline(table, line)) {
    std::istringstream fields(line);
    rows.emplace_back();
    for (std::string field; std::getline(fields, field, ',');) {
      rows.back().push_back(std::stod(field));
    }
    EXPECT_EQ(rows.back().size(), 14U);
  }
  return rows;
}
constexpr std::size_t kPartiality = 8, kPhotons = 9, kLattice = 13;

TEST(PredictedReflections, HaveThePhotonsOfTheImage) {
  const Workspace workspace;
  workspace.run_silently(gaussian_run() +
                         Arguments{"-floatfile", "a.bin", "-reflections", "r.csv"});
  const auto rows = rows_of(workspace.bytes("r.csv"));
  double photons = 0.0;
  for (const auto& row : rows) {
    photons += row[kPhotons];
    EXPECT_GE(row[kPartiality], 0.0);
    EXPECT_LE(row[kPartiality], 1.0 + 1e-9);
    EXPECT_EQ(row[kLattice], 0.0);
  }
  EXPECT_GT(rows.size(), 3U);
  EXPECT_NEAR(photons / sum_of(floats(workspace, "a.bin")), 1.0, 1e-5);
}

TEST(PredictedReflections, AreThoseOfEveryLattice) {
  const Workspace workspace;
  const ProgramResult result = workspace.run(
      gaussian_run() + Arguments{"-lattice", "0,0,0:3", "-lattice", "0.4,0,1", "-out", "t.expt",
                                 "-floatfile", "a.bin", "-reflections", "r.csv"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("several lattices"));
  std::array<double, 2> photons{};
  for (const auto& row : rows_of(workspace.bytes("r.csv"))) {
    photons.at(static_cast<std::size_t>(row[kLattice])) += row[kPhotons];
  }
  EXPECT_GT(photons[0], 0.0);
  EXPECT_GT(photons[1], 0.0);
  EXPECT_NEAR((photons[0] + photons[1]) / sum_of(floats(workspace, "a.bin")), 1.0, 1e-5);
  // Each is an experiment of the same image.
  const auto file = nlohmann::json::parse(workspace.bytes("t.expt"));
  ASSERT_EQ(file["experiment"].size(), 2U);
  EXPECT_EQ(file["experiment"][1]["crystal"], 1);
  EXPECT_EQ(file["experiment"][1]["beam"], 0);
  EXPECT_NE(file["crystal"][0]["real_space_a"], file["crystal"][1]["real_space_a"]);
}

TEST(PredictedReflections, AreATableOfDials) {
  const Workspace workspace;
  workspace.run_silently(gaussian_run() +
                         Arguments{"-floatfile", "a.bin", "-reflections", "r.refl"});
  const auto table = nlohmann::json::from_msgpack(workspace.bytes("r.refl"));
  ASSERT_EQ(table[0], "dials::af::reflection_table");
  const auto& columns = table[2]["data"];
  const std::size_t rows = table[2]["nrows"];
  EXPECT_GT(rows, 3U);
  EXPECT_EQ(columns["miller_index"][0], "cctbx::miller::index<>");
  EXPECT_EQ(columns["miller_index"][1][1].get_binary().size(), rows * 3 * sizeof(std::int32_t));
  EXPECT_EQ(columns["xyzcal.px"][1][1].get_binary().size(), rows * 3 * sizeof(double));
}

TEST(PredictedReflections, AreRefusedBeforeTheImage) {
  const Workspace workspace;
  const auto before = workspace.files();
  const ProgramResult name = workspace.run(gaussian_run() + Arguments{"-reflections", "r.txt"});
  EXPECT_EQ(name.exit_code, 2);
  EXPECT_THAT(name.errors, HasSubstr("neither .csv nor .refl"));
  const ProgramResult shape =
      workspace.run(gaussian_run() + Arguments{"-square_xtal", "-reflections", "r.csv"});
  EXPECT_EQ(shape.exit_code, 2);
  EXPECT_THAT(shape.errors, HasSubstr("a table of reflections for this run"));
  workspace.expect_unchanged(before);
}

}  // namespace
}  // namespace nanobragg::test
