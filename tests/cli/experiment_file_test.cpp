// -experiment_file at a user's desk: what a run wrote, every command takes, and flags change.
#include "nanobragg/io/experiment/experiment_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "cli/workspace.hpp"
#include "nanobragg/commands/refine/refine_run.hpp"
#include "nanobragg/image/pipeline.hpp"

namespace nanobragg::test {
namespace {

using testing::HasSubstr;

class ExperimentFileFlag : public testing::Test {
 protected:
  ExperimentFileFlag() {
    std::string hkl;
    for (int h = -6; h <= 6; ++h) {
      for (int k = -6; k <= 6; ++k) {
        for (int l = -6; l <= 6; ++l) {
          hkl += std::to_string(h) + " " + std::to_string(k) + " " + std::to_string(l) + " " +
                 std::to_string(30 + (h * 7 + k * 3 + l * 11 + 400) % 40) + ".7\n";
        }
      }
    }
    space_.write("a.hkl", hkl);
    space_.write("two.geom",
                 "photon_energy = 12398.42 eV\nclen = 0.06 m\nres = 5000\na/min_fs = 0\na/max_fs = "
                 "39\na/min_ss = 0\na/max_ss = 29\na/corner_x = -41\na/corner_y = -15\na/fs = x\n"
                 "a/ss = y\nb/min_fs = 0\nb/max_fs = 39\nb/min_ss = 30\nb/max_ss = 59\nb/corner_x "
                 "= 1\nb/corner_y = -15\nb/fs = x\nb/ss = y\n");
  }
  // With everything that a flag can leave to chance said.
  Arguments flags(const Arguments& more = {}) const {
    return Arguments{"-cell", "60",       "50",    "40",      "80",  "95",
                     "100",   "-hkl",     "a.hkl", "-N",      "6",   "-misset",
                     "10",    "20",       "30",    "-mosaic", "0.4", "-mosaic_domains",
                     "3",     "-fluence", "1e28",  "-seed",   "1",   "-oversample",
                     "1"} +
           more;
  }
  Arguments one_panel() const {
    return flags({"-lambda", "1.1", "-distance", "80", "-detpixels", "48", "-pixel", "0.4", "-phi",
                  "3", "-osc", "1", "-phisteps", "3", "-detector_rotx", "2", "-twotheta", "3"});
  }
  Arguments two_panels() const { return flags({"-geometry", "two.geom", "-nointerpolate"}); }
  // The image of a run.
  std::string photons(const Arguments& arguments) const {
    const auto run = space_.run(arguments + Arguments{"-quiet", "-nonoise", "-out", "photons.bin"});
    EXPECT_EQ(run.exit_code, 0) << run.errors;
    return space_.bytes("photons.bin");
  }
  void write_experiment(const Arguments& arguments) const { write_experiment(arguments, "e.json"); }
  void write_experiment(const Arguments& arguments, const std::string& name) const {
    const auto run = space_.run(arguments + Arguments{"-quiet", "-out", name});
    ASSERT_EQ(run.exit_code, 0) << run.errors;
  }

  Workspace space_;
};

const Arguments kFile{"-experiment_file", "e.json"};

TEST_F(ExperimentFileFlag, RepeatsTheImageAndTheFile) {
  std::vector<Arguments> runs{one_panel(), two_panels(),
                              one_panel() + Arguments{"-compat", "reference"}};
  space_.write("s.txt", "0 0 -10 1 1e-10\n0 0.01 -10 2 1.01e-10\n");
  space_.write("spectrum.txt", "# Å weight\n1.0 1\n1.01 2\n");
  runs.push_back(one_panel() + Arguments{"-sourcefile", "s.txt", "-roi", "3", "30", "5", "20"});
  runs.push_back(flags({"-spectrum", "spectrum.txt", "-distance", "80", "-detpixels", "48",
                        "-water", "20", "-detector_thick", "300", "-dmin", "3"}));
  for (const Arguments& run : runs) {
    write_experiment(run);
    EXPECT_TRUE(photons(kFile) == photons(run)) << testing::PrintToString(run);
    write_experiment(kFile, "again.json");
    EXPECT_TRUE(space_.bytes("again.json") == space_.bytes("e.json"));
  }
}

// A flag means the same beside the file as beside the flags that made it.
TEST_F(ExperimentFileFlag, IsChangedByFlags) {
  write_experiment(one_panel());
  for (const Arguments& change : {Arguments{"-phi", "40"},
                                  {"-osc", "2"},
                                  {"-phisteps", "5"},
                                  {"-osc", "2", "-phisteps", "4"},
                                  {"-phi_middle"},
                                  {"-misset", "1", "2", "3"},
                                  {"-misset", "random", "-misset_seed", "7"},
                                  {"-N", "9"},
                                  {"-gauss_xtal"},
                                  {"-fudge", "1.5"},
                                  {"-bfactor", "20"},
                                  {"-mosaic", "1"},
                                  {"-mosaic", "0"},
                                  {"-mosaic_domains", "5"},
                                  {"-mosaic_seed", "99"},
                                  {"-water", "30"},
                                  {"-beamstop", "2", "-beamstop_distance", "20"},
                                  {"-beamstop", "2", "-beamstop_distance", "20", "-beamstop_arm",
                                   "30", "-beamstop_arm_width", "1"},
                                  {"-polar", "0.9"},
                                  {"-nopolar"},
                                  {"-fluence", "1e27"},
                                  {"-oversample", "2"},
                                  {"-oversample", "0"},
                                  {"-oversample_omega"},
                                  {"-oversample_polar"},
                                  {"-interpolate"},
                                  {"-dmin", "4"},
                                  {"-roi", "3", "30", "5", "20"},
                                  {"-compat", "physical,+thick_layers"},
                                  {"-dtype", "float64"},
                                  {"-kernel", "scalar"},
                                  {"-osc", "0"}}) {
    EXPECT_TRUE(photons(kFile + change) == photons(one_panel() + change))
        << testing::PrintToString(change);
  }
  EXPECT_FALSE(photons(kFile + Arguments{"-phi", "40"}) == photons(kFile));
  // What a quirk makes of flags is done: it cannot be done again.
  EXPECT_THAT(space_.run(kFile + Arguments{"-compat", "physical,+whole_cells", "-quiet"}).errors,
              HasSubstr("e.json stays as it was made (whole_cells)"));
}

TEST_F(ExperimentFileFlag, RefusesFlagsThatItWouldIgnore) {
  write_experiment(one_panel());
  for (const Arguments& flag : {Arguments{"-distance", "90"},
                                {"-cell", "70", "70", "70", "90", "90", "90"},
                                {"-hkl", "a.hkl"},
                                {"-default_F", "3"},
                                {"-lambda", "1.2"},
                                {"-flux", "1e12"},
                                {"-geometry", "two.geom"},
                                {"-pivot", "sample"},
                                {"-mosflm"},
                                {"-Xbeam", "3"},
                                {"-dispersion", "1"},
                                {"-detector_thick", "100"},
                                {"-curved_det"},
                                {"-detpixels", "10"},
                                {"-samplesize", "0.1"},
                                {"-dump", "x.bin"},
                                {"-wilson", "20,1"}}) {
    const auto run = space_.run(kFile + flag);
    EXPECT_EQ(run.exit_code, 2) << flag.front();
    EXPECT_THAT(run.errors, HasSubstr(" with -experiment_file (the file holds the whole"))
        << flag.front();
  }
  EXPECT_THAT(space_.run(kFile + Arguments{"-distance", "90"}).errors, HasSubstr("-distance with"));
  EXPECT_EQ(space_.run({"-experiment_file", "no.json"}).exit_code, 1);
  const auto own = space_.run(kFile + Arguments{"-out", "e.json"});
  EXPECT_EQ(own.exit_code, 2);
  EXPECT_THAT(own.errors, HasSubstr("e.json"));
}

TEST_F(ExperimentFileFlag, StandsInAConfiguration) {
  write_experiment(one_panel());
  const Arguments run = kFile + Arguments{"-phi", "7", "-seed", "3"};
  space_.write("run.toml", space_.run(run + Arguments{"-show_config"}).output);
  EXPECT_TRUE(photons({"-config", "run.toml"}) == photons(run));
}

TEST_F(ExperimentFileFlag, MakesTheSeriesOfItsFlags) {
  write_experiment(one_panel());
  const auto series = [&](const Arguments& command, const std::string& out,
                          const Arguments& experiment) {
    const auto run = space_.run(command + Arguments{"--out", out, "--"} + experiment);
    EXPECT_EQ(run.exit_code, 0) << run.errors;
  };
  const Arguments sweep{"sweep", "--images", "2", "--osc", "0.5"};
  const Arguments stills{"stills", "--images", "2", "--orientations", "random:3"};
  const auto without = [](Arguments words, const std::string& flag, int values) {
    const auto found = std::ranges::find(words, flag);
    words.erase(found, found + 1 + values);
    return words;
  };
  const Arguments turning = without(one_panel(), "-osc", 1);
  const Arguments still =
      without(flags({"-lambda", "1.1", "-distance", "80", "-detpixels", "48"}), "-misset", 3);
  series(sweep, "a_#.tif", turning);
  series(sweep, "b_#.tif", kFile);
  write_experiment(still, "still.json");
  series(stills, "c_#.tif", still);
  series(stills, "d_#.tif", {"-experiment_file", "still.json"});
  for (const char* number : {"1", "2"}) {
    const auto image = [&](const std::string& name) {
      return space_.bytes(name + "_" + number + ".tif");
    };
    EXPECT_TRUE(image("a") == image("b"));
    EXPECT_TRUE(image("c") == image("d"));
  }
  // What stands beside a series is its experiment: the series goes on from it, and finds all there.
  const auto again =
      space_.run(sweep + Arguments{"--out", "a_#.tif", "--", "-experiment_file", "b.json"});
  EXPECT_THAT(again.output, HasSubstr("(2 were there already)")) << again.errors;
  const auto other = space_.run(sweep + Arguments{"--out", "a_#.tif", "--", "-experiment_file",
                                                  "b.json", "-misset", "1", "2", "3"});
  EXPECT_EQ(other.exit_code, 1);
}

TEST_F(ExperimentFileFlag, IsTakenByEveryCommand) {
  write_experiment(one_panel());
  const auto succeeds = [&](const Arguments& arguments) {
    const auto run = space_.run(arguments + Arguments{"--"} + kFile);
    EXPECT_EQ(run.exit_code, 0) << arguments.front() << ": " << run.errors;
  };
  succeeds({"gradcheck", "--parameters", "misset", "--pixels", "50"});
  succeeds({"trace", "--pixel", "5", "6", "--out", "evidence"});
  ASSERT_EQ(space_.run(one_panel() + Arguments{"-out", "seen.cbf"}).exit_code, 0);
  succeeds({"refine", "--image", "seen.cbf", "--parameters", "scale", "--iterations", "2", "--out",
            "refined"});
  const auto compared = space_.run_script(
      R"("$0" compare --reference "$0" --candidate "$0" --out compared -- "$@")", kFile);
  EXPECT_EQ(compared.exit_code, 0) << compared.output << compared.errors;
}

// The image of an experiment, by the specification in double precision.
std::vector<double> image_of(const Experiment& experiment, compat::QuirkSet quirks) {
  const auto image =
      image::simulate_f64(plan::make_plan(experiment, quirks), kernel::find_kernel("scalar"), {})
          .photons;
  return {image.pixels().begin(), image.pixels().end()};
}

// Panels that moved one by one, and amplitudes: no flag says them.
TEST_F(ExperimentFileFlag, HoldsWhatARefinementFound) {
  for (const bool is_single : {true, false}) {
    const Arguments start = is_single ? one_panel() : two_panels();
    ASSERT_EQ(space_.run(start + Arguments{"-out", "seen.nxs"}).exit_code, 0);
    Arguments from = start;
    for (std::string& word : from) {
      if (word == "a.hkl") word = (space_.path() / word).string();
      if (word == "two.geom") word = (space_.path() / word).string();
    }
    commands::RefineRequest request;
    request.observed.files = {(space_.path() / "seen.nxs").string()};
    request.parameters = {is_single ? "misset,distance,panel[0].turn_normal"
                                    : "misset,F,panel[1].shift"};
    request.method = is_single ? "lm" : "lbfgs";
    request.iterations = 2;
    request.folder = (space_.path() / "out").string();
    request.flags = from + Arguments{"-misset", "10.05", "20", "30"};
    const refine::Result result =
        commands::run_refinement(request, {"nanobragg"},
                                 {[](const std::string&) {}, [](const std::string&) {},
                                  [] { return false; }, [](double) {}});
    const auto read = io::read_experiment(space_.path() / "out/refined.json");
    const auto expected = image_of(result.experiment, compat::QuirkSet::physical());
    EXPECT_TRUE(image_of(read.experiment, read.quirks) == expected);
    write_experiment(start);
    const auto of_start = io::read_experiment(space_.path() / "e.json");
    EXPECT_FALSE(image_of(of_start.experiment, of_start.quirks) == expected);
    EXPECT_TRUE(photons({"-experiment_file", "out/refined.json"}) ==
                photons({"-config", "out/refined.toml"}));
    std::filesystem::remove_all(space_.path() / "out");
  }
}

}  // namespace
}  // namespace nanobragg::test
