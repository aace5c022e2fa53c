// Observed images on their way into a refinement: series, frames, and what measures nothing.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/workspace.hpp"
#include "nanobragg/io/images/registry.hpp"
#include "support/program.hpp"

namespace nanobragg::test {
namespace {

using testing::HasSubstr;
using testing::Not;

// A crystal whose spots are broad enough to be followed by misset_x from 0.05° off. The spindle is
// along z, so that this is another turn than the spindle's.
Arguments crystal(const Arguments& varied) {
  return Arguments{"-default_F", "1000",     "-round_xtal",
                   "-lambda",    "1",        "-distance",
                   "150",        "-pixel",   "0.3",
                   "-detpixels", "64",       "-oversample",
                   "1",          "-cell",    "60",
                   "60",         "60",       "90",
                   "90",         "90",       "-N",
                   "12",         "-fluence", "3e26",
                   "-water",     "0.26711",  "-nointerpolate"} +
         varied;
}

class Observed : public testing::Test {
 protected:
  nlohmann::json result(const std::string& folder = "out") const {
    return nlohmann::json::parse(folder_.bytes(folder + "/result.json"));
  }
  ProgramResult refine(const Arguments& options, const Arguments& flags) const {
    return folder_.run(Arguments{"refine", "--out", "out"} + options + Arguments{"--"} + flags);
  }
  // Parameters are within 4 standard uncertainties of the truth.
  void expect_truth(const std::vector<double>& truth) const {
    const auto found = result();
    for (std::size_t i = 0; i < truth.size(); ++i) {
      const auto& p = found["parameters"][i];
      const double sigma = p["standard_uncertainty"];
      EXPECT_NEAR(p["value"], truth[i], 4.0 * sigma) << p["name"];
    }
    EXPECT_NEAR(found["after"]["reduced_chi_squared"], 1.0, 0.15);
  }

  Workspace folder_;
};

const Arguments kTurned{"-misset", "10", "20", "30", "-phi", "5"};
const Arguments kTurnedOff{"-misset", "10", "20", "30.03", "-phi", "5"};

// Images of the turned crystal, made by a sweep.
void sweep(const Workspace& folder, const char* images, const char* out) {
  const auto made = folder.run(
      Arguments{"sweep", "--images", images, "--osc", "1", "--out", out, "--"} + crystal(kTurned));
  ASSERT_EQ(made.exit_code, 0) << made.errors;
}

// Each frame stands at its own angle, sampled as the sweep sampled it: z of misset is along the
// spindle, so half a step would show.
TEST_F(Observed, SweepsOfEveryFormatGiveTheTruth) {
  for (const io::ImageFormat& format : io::image_formats()) {
    if (!format.write || !format.open) continue;
    for (const std::string_view extension : format.extensions) {
      SCOPED_TRACE(extension);
      const std::string out =
          format.series ? fmt::format("s{}", extension) : fmt::format("s_###{}", extension);
      const auto made = folder_.run(
          Arguments{"sweep", "--images", "3", "--osc", "1", "--out", out, "--"} + crystal(kTurned));
      ASSERT_EQ(made.exit_code, 0) << made.errors;
      const auto run = refine({"--image", out, "--parameters", "misset_z,scale"},
                              crystal(kTurnedOff + Arguments{"-osc", "1"}));
      ASSERT_EQ(run.exit_code, 0) << run.errors;
      EXPECT_EQ(result()["pixels"], 3 * 64 * 64);
      expect_truth({30.0, 3e26});
      EXPECT_THAT(run.errors, HasSubstr("10 steps an image"));
      EXPECT_THAT(run.errors, Not(HasSubstr("as it says")));
      // What the flags leave open the files say; the last frame is at an angle of its own.
      const auto last = refine({"--image", out, "--frames", "3", "--parameters", "misset_z,scale"},
                               crystal({"-misset", "10", "20", "30.03"}));
      ASSERT_EQ(last.exit_code, 0) << last.errors;
      EXPECT_EQ(result()["pixels"], 64 * 64);
      expect_truth({30.0, 3e26});
    }
  }
}

// CBF and NXmx have the opposite axis and a turn forwards, SMV and TIFF have none.
TEST_F(Observed, BackwardSweepsGiveTheTruth) {
  for (const char* out : {"b_###.cbf", "b.nxs", "b_###.tif"}) {
    if (!io::find_format(out)->write) continue;
    SCOPED_TRACE(out);
    const auto made = folder_.run(
        Arguments{"sweep", "--images", "3", "--osc", "-1", "--out", out, "--"} + crystal(kTurned));
    ASSERT_EQ(made.exit_code, 0) << made.errors;
    for (const Arguments& more : {Arguments{}, Arguments{"-osc", "-1"}}) {
      const auto run =
          refine({"--image", out, "--parameters", "misset_z,scale"}, crystal(kTurnedOff + more));
      ASSERT_EQ(run.exit_code, 0) << run.errors;
      expect_truth({30.0, 3e26});
      EXPECT_THAT(run.errors, Not(HasSubstr("as it says")));
    }
  }
}

TEST_F(Observed, FilesOfASweepOneByOneAreASeriesToo) {
  sweep(folder_, "3", "s_###.cbf");
  const auto run =
      refine({"--image", "s_001.cbf", "s_002.cbf", "s_003.cbf", "--parameters", "misset_z,scale"},
             crystal(kTurnedOff + Arguments{"-osc", "1"}));
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_EQ(result()["pixels"], 3 * 64 * 64);
  expect_truth({30.0, 3e26});
}

TEST_F(Observed, AnAngleThatAFileContradictsIsAWarning) {
  sweep(folder_, "2", "s_###.cbf");
  const auto run = refine({"--image", "s_###.cbf", "--parameters", "scale"},
                          crystal({"-misset", "10", "20", "30", "-phi", "5", "-osc", "0.5"}));
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_THAT(run.errors, HasSubstr("s_001.cbf, as it says, starts at 5° and turns by 1°; the "
                                    "experiment has it start at 5° and turn by 0.5°"));
}

TEST_F(Observed, StillsAreChosenOneByOne) {
  for (const io::ImageFormat& format : io::image_formats()) {
    if (!format.write || !format.open) continue;
    const std::string_view extension = format.extensions.front();
    SCOPED_TRACE(extension);
    const std::string out =
        format.series ? fmt::format("t{}", extension) : fmt::format("t_###{}", extension);
    folder_.write("turns.txt", "40 50 60\n10 20 30\n70 80 90\n");
    const auto made = folder_.run(
        Arguments{"stills", "--orientations", "turns.txt", "--images", "3", "--out", out, "--"} +
        crystal({}));
    ASSERT_EQ(made.exit_code, 0) << made.errors;
    const Arguments options{"--parameters", "misset,scale", "--image", out};
    const Arguments flags = crystal({"-misset", "10.03", "20", "30"});
    const auto all = refine(options, flags);
    EXPECT_EQ(all.exit_code, 2);
    EXPECT_THAT(all.errors, HasSubstr("3 exposures of a crystal that does not turn"));
    EXPECT_THAT(all.errors, HasSubstr("--frames"));
    const auto second = refine(options + Arguments{"--frames", "2"}, flags);
    ASSERT_EQ(second.exit_code, 0) << second.errors;
    expect_truth({10.0, 20.0, 30.0, 3e26});
    const auto two = refine(options + Arguments{"--frames", "1-2"}, flags);
    EXPECT_THAT(two.errors, HasSubstr("each of a crystal in an orientation of its own"));
  }
}

TEST_F(Observed, FramesAreListsAndRanges) {
  for (const char* name : {"a.cbf", "b.cbf", "c.cbf"}) {
    ASSERT_EQ(folder_.run(crystal(kTurned + Arguments{"-out", name, "-quiet"})).exit_code, 0);
  }
  const auto pixels_of = [&](const std::string& frames) {
    const auto run =
        refine({"--image", "a.cbf", "b.cbf", "c.cbf", "--frames", frames, "--parameters", "scale"},
               crystal(kTurned));
    EXPECT_EQ(run.exit_code, 0) << run.errors;
    return result()["pixels"].get<int>() / (64 * 64);
  };
  EXPECT_EQ(pixels_of("2"), 1);
  EXPECT_EQ(pixels_of("1,3"), 2);
  EXPECT_EQ(pixels_of("1-2,3"), 3);
  const auto expect_usage = [&](const std::string& frames, const std::string& text) {
    const auto run =
        refine({"--image", "a.cbf", "b.cbf", "c.cbf", "--frames", frames, "--parameters", "scale"},
               crystal(kTurned));
    EXPECT_EQ(run.exit_code, 2) << frames;
    EXPECT_THAT(run.errors, HasSubstr(text));
  };
  expect_usage("4", "no frame 4 (they go from 1 to 3)");
  expect_usage("0", "no frame 0");
  expect_usage("3-2", "end before they begin");
  expect_usage("1,x", "'1,x' is not a list of frames");
  expect_usage("", "not a list of frames");
}

TEST_F(Observed, AGapInASeriesIsAnError) {
  for (const char* name : {"g_01.cbf", "g_02.cbf", "g_04.cbf"}) {
    ASSERT_EQ(folder_.run(crystal(kTurned + Arguments{"-out", name, "-quiet"})).exit_code, 0);
  }
  const Arguments turning = crystal(kTurned + Arguments{"-osc", "1"});
  const auto run = refine({"--image", "g_##.cbf", "--parameters", "scale"}, turning);
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.errors, HasSubstr("no file for frame 3 (the series goes from 1 to 4)"));
  EXPECT_EQ(refine({"--image", "g_##.cbf", "--frames", "1-2,4", "--parameters", "scale"}, turning)
                .exit_code,
            0);
  const auto none = refine({"--image", "h_##.cbf", "--parameters", "scale"}, turning);
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.errors, HasSubstr("no file like 'h_##.cbf'"));
}

// Beyond the region nothing is measured, whatever number stands there.
TEST_F(Observed, WhatIsNotMeasuredDoesNotCountInAnyFormat) {
  const Arguments region{"-roi", "0", "63", "0", "40"};
  for (const io::ImageFormat& format : io::image_formats()) {
    if (!format.write || !format.open) continue;
    const std::string file = fmt::format("r{}", format.extensions.front());
    SCOPED_TRACE(file);
    ASSERT_EQ(folder_.run(crystal(kTurned + region + Arguments{"-out", file, "-quiet"})).exit_code,
              0);
    const auto run = refine({"--image", file, "--parameters", "scale"}, crystal(kTurned));
    ASSERT_EQ(run.exit_code, 0) << run.errors;
    EXPECT_EQ(result()["pixels"], 41 * 64);
    EXPECT_THAT(run.errors, HasSubstr("1472 pixels do not count (1472 not measured)"));
    expect_truth({3e26});
  }
  // The same without a pedestal, whose zeros are counts.
  ASSERT_EQ(
      folder_.run(crystal(kTurned + region + Arguments{"-adc", "0", "-out", "p.img", "-quiet"}))
          .exit_code,
      0);
  ASSERT_EQ(refine({"--image", "p.img", "--parameters", "scale"}, crystal(kTurned)).exit_code, 0);
  EXPECT_EQ(result()["pixels"], 41 * 64);
  expect_truth({3e26});
}

TEST_F(Observed, TheSameExposureComparesInEveryFormat) {
  const Arguments region{"-roi", "0", "63", "0", "40"};
  ASSERT_EQ(folder_
                .run(crystal(kTurned + region +
                             Arguments{"-quiet", "-out", "a.cbf", "-out", "a.nxs", "-out", "a.tif",
                                       "-out", "a.png", "-out", "a.img"}))
                .exit_code,
            0);
  for (const char* file : {"a.nxs", "a.tif", "a.png"}) {
    SCOPED_TRACE(file);
    const auto run = folder_.run({"compare", "a.cbf", file, "--out", "pair"});
    EXPECT_EQ(run.exit_code, 0) << run.errors;
    EXPECT_THAT(run.output, HasSubstr("1472 in both images"));
    const auto summary = nlohmann::json::parse(folder_.bytes("pair/summary.json"));
    EXPECT_EQ(summary["max_abs_diff"], 0.0);
  }
  const auto smv = folder_.run({"compare", "a.cbf", "a.img", "--out", "pair"});
  EXPECT_EQ(smv.exit_code, 0) << smv.errors;
  EXPECT_THAT(smv.output, HasSubstr("The pedestal of 40 that a.img states was subtracted."));
}

TEST_F(Observed, ComparesFramesOfSeveral) {
  ASSERT_EQ(folder_
                .run(Arguments{"sweep", "--images", "2", "--osc", "1", "--out", "s.nxs", "--"} +
                     crystal(kTurned))
                .exit_code,
            0);
  sweep(folder_, "2", "s_###.cbf");
  const auto compare = [&](const Arguments& words) {
    return folder_.run(Arguments{"compare", "--out", "pair"} + words);
  };
  EXPECT_EQ(compare({"s.nxs", "s.nxs"}).exit_code, 0);
  EXPECT_EQ(compare({"s.nxs", "s_002.cbf", "--frames", "2"}).exit_code, 0);
  EXPECT_EQ(compare({"s.nxs", "s_002.cbf", "--frames", "1"}).exit_code, 3);
  const auto unlike = compare({"s.nxs", "s_002.cbf"});
  EXPECT_EQ(unlike.exit_code, 1);
  EXPECT_THAT(unlike.errors, HasSubstr("2 exposures and 1"));
}

TEST_F(Observed, PhiIsSampledWhereItIsSaid) {
  const auto image = [&](const Arguments& flags) {
    const auto run = folder_.run(
        crystal({"-misset", "10", "20", "30", "-quiet", "-floatfile", "f.bin"}) + flags);
    EXPECT_EQ(run.exit_code, 0) << run.errors;
    return folder_.bytes("f.bin");
  };
  const auto at_start = image({"-phi", "5", "-osc", "1", "-phisteps", "1"});
  EXPECT_EQ(at_start, image({"-phi", "5", "-osc", "1", "-phisteps", "1", "-phi_start"}));
  EXPECT_EQ(image({"-phi", "5", "-osc", "1", "-phisteps", "1", "-phi_middle"}),
            image({"-phi", "5.5", "-osc", "1", "-phisteps", "1"}));
  EXPECT_NE(at_start, image({"-phi", "5", "-osc", "1", "-phisteps", "1", "-phi_middle"}));
}

TEST_F(Observed, TheRefinedExperimentGoesToOut) {
  ASSERT_EQ(folder_.run(crystal(kTurned + Arguments{"-out", "o.cbf", "-quiet"})).exit_code, 0);
  const auto run = refine({"--image", "o.cbf", "--parameters", "distance,scale"},
                          crystal(kTurned + Arguments{"-distance", "151", "-out", "x.expt"}));
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_THAT(run.output, HasSubstr("x.expt has the refined experiment"));
  const auto expt = nlohmann::json::parse(folder_.bytes("x.expt"));
  EXPECT_NEAR(expt["detector"][0]["panels"][0]["origin"][2], -150.0, 0.3);
  // What is read is not written.
  const std::string before = folder_.bytes("x.expt");
  const auto kept = refine({"--image", "o.cbf", "--parameters", "scale"},
                           {"-geometry", "x.expt", "-N", "12", "-default_F", "1000", "-oversample",
                            "1", "-out", "x.expt"});
  EXPECT_EQ(kept.exit_code, 2);
  EXPECT_THAT(kept.errors, HasSubstr("-out would overwrite 'x.expt'"));
  EXPECT_EQ(folder_.bytes("x.expt"), before);
  for (const Arguments& out : {Arguments{"-out", "x.cbf"}, Arguments{"-floatfile", "x.bin"},
                               Arguments{"-intfile", "x.img"}}) {
    const auto refused =
        refine({"--image", "o.cbf", "--parameters", "scale"}, crystal(kTurned + out));
    EXPECT_EQ(refused.exit_code, 2) << out.front();
    EXPECT_THAT(refused.errors, HasSubstr("refine does not"));
    EXPECT_FALSE(folder_.has(out.back()));
  }
}

TEST_F(Observed, AFitThatIsNoneIsDoubtedWithItsCause) {
  ASSERT_EQ(folder_.run(crystal(kTurned + Arguments{"-water", "1.6027", "-out", "o.cbf", "-quiet"}))
                .exit_code,
            0);
  const Arguments dry = crystal(kTurned + Arguments{"-water", "0"});
  const auto run = refine({"--image", "o.cbf", "--parameters", "scale"}, dry);
  EXPECT_THAT(run.errors, HasSubstr("the model does not describe the image"));
  EXPECT_THAT(run.errors, HasSubstr("that the model does not have: --background constant"));
  EXPECT_EQ(result()["doubts"].size(), 1U);
  const auto with =
      refine({"--image", "o.cbf", "--parameters", "scale", "--background", "constant"}, dry);
  EXPECT_THAT(with.errors, Not(HasSubstr("does not describe")));

  // Readings of ten to a photon.
  ASSERT_EQ(folder_.run(crystal(kTurned + Arguments{"-out", "g.cbf", "-quiet"})).exit_code, 0);
  const auto gain = refine({"--image", "g.cbf", "--gain", "0.1", "--parameters", "scale,water"},
                           crystal(kTurned));
  EXPECT_THAT(gain.errors, testing::ContainsRegex("a --gain of (9|10|11)[. ]"));
  // Another orientation.
  const auto elsewhere = refine({"--image", "g.cbf", "--parameters", "scale"},
                                crystal({"-misset", "14", "27", "33", "-phi", "5"}));
  EXPECT_THAT(elsewhere.errors, HasSubstr("do not fall on those of the model"));
}

TEST_F(Observed, TheTrustedRangeOfAnExperimentHolds) {
  ASSERT_EQ(folder_.run(crystal(kTurned + Arguments{"-out", "o.cbf", "-out", "x.expt", "-quiet"}))
                .exit_code,
            0);
  auto expt = nlohmann::json::parse(folder_.bytes("x.expt"));
  expt["detector"][0]["panels"][0]["trusted_range"] = {30.0, 2000.0};
  folder_.write("narrow.expt", expt.dump());
  const Arguments flags{"-default_F", "1000",   "-round_xtal", "-oversample",
                        "1",          "-N",     "12",          "-fluence",
                        "3e26",       "-water", "0.26711",     "-nointerpolate"};
  const auto refine_with = [&](const std::string& geometry) {
    const auto run = refine({"--image", "o.cbf", "--parameters", "scale"},
                            flags + Arguments{"-geometry", geometry});
    EXPECT_EQ(run.exit_code, 0) << run.errors;
    return run.errors;
  };
  EXPECT_THAT(refine_with("x.expt"), Not(HasSubstr("do not count")));
  const auto all = folder_.run({"compare", "o.cbf", "o.cbf", "--out", "pair"});
  ASSERT_EQ(all.exit_code, 0);
  EXPECT_THAT(refine_with("narrow.expt"), HasSubstr("below the smallest reading"));
  EXPECT_THAT(refine_with("narrow.expt"), HasSubstr("overloaded"));
  EXPECT_LT(result()["pixels"], 64 * 64);
}

// At its bound a parameter is no part of the covariance.
TEST_F(Observed, WhatStandsAtABoundIsHeld) {
  ASSERT_EQ(folder_.run(crystal(kTurned + Arguments{"-out", "o.cbf", "-quiet"})).exit_code, 0);
  const auto run = refine({"--image", "o.cbf", "--parameters", "misset_x,misset_y,scale", "--bound",
                           "misset_x=10.01:10.1"},
                          crystal({"-misset", "10.02", "20", "30", "-phi", "5"}));
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  const auto found = result();
  EXPECT_TRUE(found["parameters"][0]["held"]);
  EXPECT_TRUE(found["parameters"][0]["standard_uncertainty"].is_null());
  EXPECT_NEAR(found["parameters"][0]["value"], 10.01, 1e-9);
  EXPECT_THAT(run.output, HasSubstr("held at a bound"));
  EXPECT_EQ(found["correlations"]["names"], (std::vector<std::string>{"misset_y", "fluence"}));
  EXPECT_FALSE(found["parameters"][1]["held"]);

  // The others have the uncertainties that they have without it.
  const auto without = refine({"--image", "o.cbf", "--parameters", "misset_y,scale"},
                              crystal({"-misset", "10.01", "20", "30", "-phi", "5"}));
  ASSERT_EQ(without.exit_code, 0) << without.errors;
  const auto alone = result();
  for (const int i : {0, 1}) {
    const double sigma = alone["parameters"][i]["standard_uncertainty"];
    EXPECT_NEAR(found["parameters"][i + 1]["standard_uncertainty"], sigma, 0.02 * sigma);
  }
}

// A handful of photons: whatever the method makes of them, it does not end above its start.
TEST_F(Observed, FewCountsEndNoHigherThanTheyStart) {
  for (int seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(seed);
    // Of all pixels, or drawn for every step.
    const std::string pixels = seed % 2 == 0 ? "random:50" : "all";
    const Arguments faint{"-fluence", "2e22", "-water", "0"};
    ASSERT_EQ(folder_
                  .run(crystal(kTurned + faint +
                               Arguments{"-seed", std::to_string(seed), "-out", "o.cbf", "-quiet"}))
                  .exit_code,
              0);
    refine({"--image", "o.cbf", "--pixels", pixels, "--parameters", "misset,scale"},
           crystal({"-misset", "10.3", "20", "30", "-phi", "5"}) + faint);
    const auto found = result();
    EXPECT_LE(found["after"]["loss"], found["before"]["loss"]) << found["why"];
  }
}

}  // namespace
}  // namespace nanobragg::test
