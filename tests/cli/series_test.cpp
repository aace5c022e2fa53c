// nanobragg sweep and stills at a user's desk: Ctrl-C, the truth beside the images, errors.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/workspace.hpp"
#include "nanobragg/io/images/registry.hpp"
#include "nanobragg/io/images/tiff_images.hpp"
#include "support/crystfel_files.hpp"

namespace nanobragg::test {
namespace {

using testing::HasSubstr;

const Arguments kCrystal = {"-cell", "79",         "79", "38",      "90",    "90",
                            "90",    "-default_F", "80", "-lambda", "0.9768"};

TEST(Series, StopsInGoodOrderAndGoesOn) {
  const Workspace workspace;
  const auto stopped = workspace.run_script(
      R"("$0" "$@" & child=$!
n=0; while [ $n -lt 1000 ] && [ ! -e x_002.tif ]; do sleep 0.02; n=$((n + 1)); done
kill -INT $child
wait $child)",
      {"sweep", "--images",   "400", "--osc",       "0.1", "--out",   "x_###.tif",  "--", "-cell",
       "79",    "79",         "38",  "90",          "90",  "90",      "-default_F", "80", "-N",
       "5",     "-detpixels", "120", "-oversample", "4",   "-kernel", "simd"});
  EXPECT_EQ(stopped.exit_code, 75);
  EXPECT_THAT(stopped.errors,
              HasSubstr("of 400 images (by a signal): the same command continues from there"));
  std::size_t images = 0;
  for (const auto& entry : std::filesystem::directory_iterator(workspace.path())) {
    if (entry.path().extension() == ".part") ADD_FAILURE() << entry.path();
    if (entry.path().extension() != ".tif") continue;
    EXPECT_EQ(io::open_tiff_images(entry.path())->read(0).shape(), (ImageShape{120, 120}));
    ++images;
  }
  EXPECT_GE(images, 2U);
  EXPECT_LT(images, 400U);
}

TEST(Series, ALostTerminalEndsItInGoodOrder) {
  const Workspace workspace;
  const auto stopped = workspace.run_script(
      R"("$0" "$@" & child=$!
n=0; while [ $n -lt 1000 ] && [ ! -e x_002.tif ]; do sleep 0.02; n=$((n + 1)); done
kill -HUP $child
wait $child)",
      {"sweep", "--images",   "400", "--osc",       "0.1", "--out",   "x_###.tif",  "--", "-cell",
       "79",    "79",         "38",  "90",          "90",  "90",      "-default_F", "80", "-N",
       "5",     "-detpixels", "120", "-oversample", "4",   "-kernel", "simd"});
  EXPECT_EQ(stopped.exit_code, 75);
  EXPECT_THAT(stopped.errors, HasSubstr("the same command continues from there"));
}

TEST(Series, TakesTheConfigurationThatIsShown) {
  const Workspace workspace;
  const auto shown =
      workspace.run(kCrystal + Arguments{"-N", "5", "-detpixels", "40", "-show_config"});
  ASSERT_EQ(shown.exit_code, 0) << shown.errors;
  workspace.write("c.toml", shown.output);
  const auto sweep = workspace.run(
      {"sweep", "--images", "1", "--osc", "1", "--out", "x_###.tif", "--", "-config", "c.toml"});
  EXPECT_EQ(sweep.exit_code, 0) << sweep.errors;
}

// In another process HDF5 must find the filter of the data again.
TEST(Series, OneFileIsGoneOnWithByAnotherProcess) {
  const Workspace workspace;
  const Arguments sweep = {
      "sweep", "--images",   "30",  "--osc",       "0.1", "--out",   "x.nxs",      "--", "-cell",
      "79",    "79",         "38",  "90",          "90",  "90",      "-default_F", "80", "-N",
      "5",     "-detpixels", "200", "-oversample", "8",   "-kernel", "simd"};
  if (workspace.run({"-cell", "50", "-default_F", "1", "-detpixels", "8", "-out", "try.nxs"})
          .exit_code == 2) {
    GTEST_SKIP() << "built without HDF5: libhdf5-dev";
  }
  const auto stopped = workspace.run_script(R"("$0" "$@" 2>progress & child=$!
n=0; while [ $n -lt 1000 ] && ! grep -q ' of 30 images' progress; do sleep 0.02; n=$((n + 1)); done
kill -INT $child
wait $child)",
                                            sweep);
  EXPECT_EQ(stopped.exit_code, 75) << workspace.bytes("progress");
  EXPECT_TRUE(workspace.has("x.partial.nxs"));
  const auto again = workspace.run(sweep);
  EXPECT_EQ(again.exit_code, 0) << again.errors;
  EXPECT_THAT(again.output, HasSubstr("were there already"));
  EXPECT_TRUE(workspace.has("x.nxs"));
  EXPECT_FALSE(workspace.has("x.partial.nxs"));
}

// The spot that a prediction is of: the centre of mass about the pixel it falls in.
struct Found {
  double fs, ss, sum;
};

Found centre_of_mass(const Image<double>& image, const Spot& spot, int reach) {
  Found found{0.0, 0.0, 0.0};
  const auto fast = static_cast<int>(spot.fs);
  const auto slow = static_cast<int>(spot.ss);
  for (int s = slow - reach; s <= slow + reach; ++s) {
    for (int f = fast - reach; f <= fast + reach; ++f) {
      const double value = image[{static_cast<std::size_t>(s), static_cast<std::size_t>(f)}];
      found.sum += value;
      found.fs += value * (f + 0.5);
      found.ss += value * (s + 0.5);
    }
  }
  found.fs /= found.sum;
  found.ss /= found.sum;
  return found;
}

// A detector that is tilted and swung, so that no axis has a round number.
TEST(Stills, LandWhereTheirGeometryAndSolutionsSay) {
  const Workspace workspace;
  const auto result = workspace.run(
      Arguments{"stills", "--images", "3", "--orientations", "random:5", "--out", "s_#.tif", "--"} +
      kCrystal + Arguments{"-round_xtal", "-Na",
                           "20",          "-Nb",
                           "20",          "-Nc",
                           "40",          "-detpixels",
                           "500",         "-pixel",
                           "0.1",         "-distance",
                           "90",          "-detector_rotx",
                           "4",           "-detector_roty",
                           "-7",          "-detector_rotz",
                           "3",           "-twotheta",
                           "6",           "-Xbeam",
                           "22",          "-Ybeam",
                           "29",          "-fluence",
                           "1e27",        "-nonoise",
                           "-oversample", "2"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const CrystfelGeometry geometry = read_geom(workspace.bytes("s.geom"));
  EXPECT_NEAR(geometry.wavelength_A, 0.9768, 1e-9);
  ASSERT_EQ(geometry.panels.size(), 1U);
  const auto solutions = read_sol(workspace.bytes("s.sol"));
  ASSERT_EQ(solutions.size(), 3U);
  EXPECT_THAT(workspace.bytes("s.cell"), HasSubstr("lattice_type = tetragonal\ncentering = P\n"
                                                   "unique_axis = c\n\na = 79.000000 A\n"));
  EXPECT_EQ(workspace.bytes("s.lst"), "s_1.tif\ns_2.tif\ns_3.tif\n");
  std::size_t spots = 0;
  for (const CrystfelSolution& solution : solutions) {
    EXPECT_EQ(solution.lattice, "tPc");
    const Image<double> image =
        io::open_tiff_images(workspace.path() / solution.file)->read(0).values;
    double lit = 0.0;
    for (const double pixel : image.pixels()) lit += pixel;
    double explained = 0.0;
    // A lattice point reaches about 1/(N a) = 1/158 nm⁻¹; those at its centre are bright.
    for (const Spot& spot : predict(geometry, solution.axes, 5.0, 0.006)) {
      constexpr int kReach = 3;
      if (spot.fs < 5 || spot.ss < 5 || spot.fs > 494 || spot.ss > 494) continue;
      const Found found = centre_of_mass(image, spot, kReach);
      explained += found.sum;
      if (std::abs(spot.excitation_error) > 0.002) continue;
      ASSERT_GT(found.sum, 100.0) << spot.fs << ' ' << spot.ss;
      EXPECT_NEAR(found.fs, spot.fs, 0.5);
      EXPECT_NEAR(found.ss, spot.ss, 0.5);
      ++spots;
    }
    // And nothing much is bright where nothing is predicted.
    EXPECT_GT(explained, 0.8 * lit);
  }
  EXPECT_GT(spots, 60U);
}

TEST(Sweep, LeavesTheTruthForDials) {
  const Workspace workspace;
  const auto result = workspace.run(
      Arguments{"sweep", "--images", "2", "--osc", "0.25", "--out", "t_####.cbf", "--"} + kCrystal +
      Arguments{"-N", "5", "-detpixels", "50", "-distance", "90", "-phi", "12", "-misset", "0", "0",
                "90", "-polar", "0.9", "-Xbeam", "2.2", "-Ybeam", "2.9"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const auto truth = nlohmann::json::parse(workspace.bytes("t.expt"));
  EXPECT_EQ(truth["scan"][0]["oscillation"][0], 12.0);
  EXPECT_EQ(truth["scan"][0]["image_range"][1], 2);
  EXPECT_NEAR(truth["beam"][0]["polarization_fraction"], 0.95, 1e-12);
  // MOSFLM's beam along x, spindle along z and vertical y are −z, x and y of imgCIF.
  const auto near = [](const nlohmann::json& v, Vector expected) {
    for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(v[i], expected[i], 1e-9);
  };
  near(truth["goniometer"][0]["rotation_axis"], {1, 0, 0});
  near(truth["beam"][0]["polarization_normal"], {0, 1, 0});
  // At misset 0 0 90, a is along y of the laboratory and b along −x, towards the source.
  near(truth["crystal"][0]["real_space_a"], {0, 79, 0});
  near(truth["crystal"][0]["real_space_b"], {0, 0, 79});
  near(truth["crystal"][0]["real_space_c"], {38, 0, 0});
  near(truth["detector"][0]["panels"][0]["origin"], {-2.95, 2.25, -90});
  EXPECT_EQ(truth["imageset"][0]["template"], "t_####.cbf");
}

TEST(SeriesCommands, SayWhatIsWrong) {
  const Workspace workspace;
  const auto before = workspace.files();
  const auto refused = [&](const Arguments& words, int code, const char* part) {
    const auto result = workspace.run(words);
    EXPECT_EQ(result.exit_code, code) << result.errors;
    EXPECT_THAT(result.errors, HasSubstr(part));
  };
  refused({"sweep", "--osc", "1", "--out", "x.nxs"}, 2, "--images is required");
  refused({"sweep", "--images", "0", "--osc", "1", "--out", "x.nxs"}, 2, "--images");
  for (const char* degrees : {"0", "inf", "wide"}) {
    refused({"sweep", "--images", "2", "--osc", degrees, "--out", "x.nxs"}, 2,
            "is not a number other than 0");
  }
  refused(Arguments{"sweep", "--images", "2", "--osc", "1", "--out", "x.gif", "--"} + kCrystal, 2,
          "no image format for 'x.gif'");
  refused(Arguments{"sweep", "--images", "2", "--osc", "1", "--out", "x_#.expt", "--"} + kCrystal,
          2, "'x_#.expt' would hold no images (DIALS experiments)");
  refused(Arguments{"sweep", "--images", "2", "--osc", "1", "--out", "none/x.nxs", "--"} + kCrystal,
          1, "cannot write 'none/x.nxs'");
  refused(Arguments{"sweep", "--images", "2", "--osc", "1", "--out", "none/x.cbf", "--"} + kCrystal,
          1, "cannot write");
  refused(
      Arguments{"stills", "--images", "2", "--out", "x.nxs", "--fluence", "wide", "--"} + kCrystal,
      2, "--fluence needs a distribution, found 'wide'");
  refused(
      Arguments{"stills", "--images", "2", "--out", "x.nxs", "--orientations", "none.txt", "--"} +
          kCrystal,
      1, "none.txt");
  refused(Arguments{"stills", "--images", "2", "--out", "x.nxs", "--spectra", "none", "--"} +
              kCrystal + Arguments{"-compat", "reference"},
          2, "--spectra with -compat reference");
  refused(Arguments{"sweep", "--images", "2", "--osc", "1", "--out", "x.nxs", "--"} + kCrystal +
              Arguments{"-intfile", "x.img"},
          2, "sweep does not take -intfile");
  workspace.expect_unchanged(before);
}

TEST(SeriesCommands, TakeTheLongestNames) {
  const Workspace workspace;
  std::vector<std::string> endings{".cbf"};
  if (io::find_format("x.nxs")->write) endings.emplace_back(".nxs");
  for (const std::string& ending : endings) {
    const std::string name = std::string(249, 'x') + "_#" + ending;
    const ProgramResult result =
        workspace.run(Arguments{"stills", "--out", name, "--images", "2", "--"} + small_run());
    EXPECT_EQ(result.exit_code, 0) << result.errors;
  }
}

}  // namespace
}  // namespace nanobragg::test
