// -detector, -sensor and nanobragg detectors at a user's desk.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/workspace.hpp"

namespace nanobragg::test {
namespace {

using testing::HasSubstr;

// A few pixels of a detector by its name.
Arguments few_pixels(const std::string& detector) {
  return {"-cell", "74",  "74",        "36",     "-hkl",    "tetragonal.hkl",
          "-N",    "5",   "-detector", detector, "-lambda", "1",
          "-roi",  "100", "110",       "90",     "99"};
}

// Two modules of 12 × 10 pixels beside each other.
constexpr const char* kSmall =
    "name = \"Two modules\"\nformat = \"cbf\"\n[modules]\npixels = [12, 10]\ngaps = [3, 0]\n"
    "grid = [2, 1]\n[detector]\npixel_mm = 0.5\nsensor = \"Si:450um\"\n";

TEST(Detectors, AreListedAndDescribed) {
  const Workspace space;
  const std::string table = space.run_silently({"detectors"}).output;
  for (const char* part : {"name ", "pilatus3-6m", "PILATUS3 6M", "2463 × 2527", "172",
                           "7 × 17 between 5 × 12 modules", "Si:450um", "cspad", "64", "194 × 185",
                           "109.9", "none", "Gd2O2S@3.7:40um", "img"}) {
    EXPECT_THAT(table, HasSubstr(part));
  }
  const std::string text = space.run_silently({"detectors", "mpccd"}).output;
  // What is printed is a description.
  space.write("my.toml", text);
  const auto run = space.run(few_pixels("my.toml") + Arguments{"-quiet", "-out", "x.json"});
  EXPECT_EQ(run.exit_code, 0) << run.errors;
  const auto unknown = space.run({"detectors", "mpcd"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.errors, HasSubstr("did you mean 'mpccd'?"));
}

TEST(Detectors, TheSummarySaysWhichItIs) {
  const Workspace space;
  const auto run = space.run(few_pixels("pilatus3-6m") + Arguments{"-out", "x.json"});
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  for (const char* part : {"PILATUS3 6M", "2463 × 2527", "0.172 mm", "Si, 450 µm"}) {
    EXPECT_THAT(run.output, HasSubstr(part));
  }
  EXPECT_THAT(space.bytes("x.json"), HasSubstr("\"name\": \"PILATUS3 6M\""));
  const auto several = space.run(few_pixels("jungfrau-4m") + Arguments{"-out", "y.json"});
  ASSERT_EQ(several.exit_code, 0) << several.errors;
  EXPECT_THAT(several.output, HasSubstr("8 of jungfrau-4m; what follows is the first"));
}

// A printed configuration repeats the run, whatever flags change of the detector.
TEST(Detectors, AConfigurationRepeatsTheRun) {
  const Workspace space;
  space.write("two.toml", kSmall);
  const std::vector<Arguments> variants = {{},
                                           {"-detector_thick", "200"},
                                           {"-detector_abs", "200"},
                                           {"-sensor", "CdTe:1mm"},
                                           {"-pixel", "0.4"},
                                           {"-detector_rotx", "4"}};
  for (const std::string detector : {"two.toml", "pilatus-12m"}) {
    for (const Arguments& more : variants) {
      if (detector != "two.toml" && !more.empty() && more.front() == "-pixel") continue;
      const Arguments flags =
          Arguments{"-cell", "74", "74",        "36",     "-hkl",  "tetragonal.hkl",
                    "-N",    "5",  "-detector", detector, "-seed", "1",
                    "-roi",  "2",  "20",        "3",      "8",     "-nonoise"} +
          more;
      const auto shown = space.run(flags + Arguments{"-show_config"});
      ASSERT_EQ(shown.exit_code, 0) << shown.errors;
      space.write("run.toml", shown.output);
      const auto first = space.run(flags + Arguments{"-quiet", "-out", "a.bin"});
      ASSERT_EQ(first.exit_code, 0) << first.errors;
      const auto second = space.run({"-config", "run.toml", "-quiet", "-out", "b.bin"});
      ASSERT_EQ(second.exit_code, 0) << second.errors;
      EXPECT_EQ(space.bytes("a.bin"), space.bytes("b.bin")) << detector;
    }
  }
}

// An experiment file keeps all of it but the name that the user gave.
TEST(Detectors, AnExperimentFileRepeatsTheRun) {
  const Workspace space;
  space.write("two.toml", kSmall);
  const Arguments run = {"-cell", "74", "74",        "36",       "-hkl",  "tetragonal.hkl",
                         "-N",    "5",  "-detector", "two.toml", "-quiet"};
  ASSERT_EQ(
      space.run(run + Arguments{"-out", "a.json", "-out", "a_0001.cbf", "-seed", "1"}).exit_code,
      0);
  const auto again = space.run({"-experiment_file", "a.json", "-quiet", "-out", "b_0001.cbf",
                                "-out", "b.json", "-seed", "1"});
  ASSERT_EQ(again.exit_code, 0) << again.errors;
  EXPECT_EQ(space.bytes("a.json"), space.bytes("b.json"));
  const auto both = space.run({"-experiment_file", "a.json", "-detector", "two.toml"});
  EXPECT_EQ(both.exit_code, 2);
  EXPECT_THAT(both.errors, HasSubstr("-detector with -experiment_file"));
}

// Pixels between modules measure nothing; the others are those of a detector without gaps.
TEST(Detectors, GapsDoNotMeasure) {
  const Workspace space;
  space.write("two.toml", kSmall);
  const Arguments common = {"-cell",          "74", "74", "36",     "-hkl",
                            "tetragonal.hkl", "-N", "5",  "-quiet", "-nonoise"};
  ASSERT_EQ(space.run(common + Arguments{"-detector", "two.toml", "-out", "a.bin"}).exit_code, 0);
  const Arguments plain = {"-pixel", "0.5",     "-detpixels_x", "27",   "-detpixels_y",
                           "10",     "-sensor", "Si:450um",     "-out", "b.bin"};
  ASSERT_EQ(space.run(common + plain).exit_code, 0);
  const auto gapped = read_floats(space.path() / "a.bin");
  const auto whole = read_floats(space.path() / "b.bin");
  ASSERT_EQ(gapped.size(), 270U);
  ASSERT_EQ(whole.size(), 270U);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const std::size_t fast = i % 27;
    EXPECT_EQ(gapped[i], fast >= 12 && fast < 15 ? 0.0F : whole[i]) << i;
    EXPECT_GT(whole[i], 0.0F);
  }
}

// A relative name in a configuration is one beside it.
TEST(Detectors, ADescriptionStandsBesideItsConfiguration) {
  const Workspace space;
  std::filesystem::create_directory(space.path() / "there");
  space.write("there/two.toml", kSmall);
  space.write("there/run.toml",
              "[detector]\nname = \"two.toml\"\n[crystal]\ncell_A_deg = [74, 74, 36]\n"
              "default_F = 100.0\ncells_a = 5.0\ncells_b = 5.0\ncells_c = 5.0\n");
  const auto run = space.run({"-config", "there/run.toml", "-quiet", "-out", "x_0001.cbf"});
  EXPECT_EQ(run.exit_code, 0) << run.errors;
  const auto lost = space.run({"-detector", "two.toml", "-cell", "74"});
  EXPECT_EQ(lost.exit_code, 1);
  EXPECT_THAT(lost.errors, HasSubstr("two.toml"));
}

// The geometry of a file and what is known of its detector.
TEST(Detectors, OfTheDetectorOfAFile) {
  const Workspace space;
  space.write("two.toml", kSmall);
  const Arguments crystal = {"-cell",          "74", "74", "36",    "-hkl",
                             "tetragonal.hkl", "-N", "5",  "-quiet"};
  const auto made = space.run(crystal + Arguments{"-detector", "two.toml", "-distance", "70",
                                                  "-lambda", "1.1", "-out", "t.expt"});
  ASSERT_EQ(made.exit_code, 0) << made.errors;
  const auto run = space.run(crystal + Arguments{"-geometry", "t.expt", "-detector", "two.toml",
                                                 "-out", "u.expt", "-out", "u.json"});
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_THAT(space.bytes("u.json"), HasSubstr("\"name\": \"Two modules\""));
  EXPECT_THAT(space.bytes("u.json"), HasSubstr("\"material\": \"Si\""));
  EXPECT_THAT(space.bytes("u.expt"), HasSubstr("\"thickness\": 0.45"));
  const auto other =
      space.run(crystal + Arguments{"-geometry", "t.expt", "-detector", "eiger2-4m"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.errors, HasSubstr("-geometry with a panel of 27 × 10 pixels"));
}

TEST(Detectors, ASeriesIsOfANamedDetector) {
  const Workspace space;
  space.write("two.toml", kSmall);
  const Arguments flags = {"--",       "-cell",          "74", "74", "36",
                           "-hkl",     "tetragonal.hkl", "-N", "5",  "-detector",
                           "two.toml", "-quiet"};
  const auto sweep =
      space.run(Arguments{"sweep", "--images", "2", "--osc", "0.5", "--out", "s_####.cbf"} + flags);
  EXPECT_EQ(sweep.exit_code, 0) << sweep.errors;
  const auto stills =
      space.run(Arguments{"stills", "--images", "2", "--out", "t_####.cbf"} + flags);
  EXPECT_EQ(stills.exit_code, 0) << stills.errors;
}

TEST(Detectors, RefinementOfANamedDetector) {
  const Workspace space;
  space.write("two.toml", kSmall);
  const Arguments flags = {"-cell",          "74",   "74",    "36",        "-hkl",
                           "tetragonal.hkl", "-N",   "5",     "-detector", "two.toml",
                           "-fluence",       "1e30", "-quiet"};
  ASSERT_EQ(space.run(flags + Arguments{"-seed", "2", "-out", "o_0001.cbf"}).exit_code, 0);
  const auto run = space.run(
      Arguments{"refine", "--image", "o_0001.cbf", "--parameters", "scale", "--out", "fit", "--"} +
      flags);
  EXPECT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_THAT(space.bytes("fit/refined.json"), HasSubstr("\"name\": \"Two modules\""));
}

TEST(Sensor, IsThatOfItsThicknessAndDepth) {
  const Workspace space;
  const Arguments common = small_run() + Arguments{"-quiet", "-nonoise", "-lambda", "0.82656133"};
  // µ of silicon at 15 keV: 10.34 cm²/g · 2.33 g/cm³, a depth of 415.1 µm (NISTIR 5632).
  ASSERT_EQ(space.run(common + Arguments{"-sensor", "Si:450um", "-out", "a.bin"}).exit_code, 0);
  ASSERT_EQ(space
                .run(common +
                     Arguments{"-detector_thick", "450", "-detector_abs", "415.1", "-out", "b.bin"})
                .exit_code,
            0);
  const auto a = read_floats(space.path() / "a.bin");
  const auto b = read_floats(space.path() / "b.bin");
  ASSERT_EQ(a.size(), b.size());
  double sum_a = 0.0;
  double sum_b = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum_a += a[i];
    sum_b += b[i];
  }
  EXPECT_GT(sum_b, 0.0);
  EXPECT_NEAR(sum_a / sum_b, 1.0, 1e-3);
}

}  // namespace
}  // namespace nanobragg::test
