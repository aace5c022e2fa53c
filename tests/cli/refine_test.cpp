// nanobragg refine as a user runs it: results, files, errors.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/workspace.hpp"
#include "support/program.hpp"

namespace nanobragg::test {
namespace {

using testing::HasSubstr;
using testing::Not;

Arguments experiment(const Arguments& varied) {
  return Arguments{"-default_F", "100",    "-round_xtal", "-lambda",       "1",  "-distance",
                   "150",        "-pixel", "0.3",         "-detpixels",    "64", "-phi",
                   "0",          "-osc",   "1",           "-phisteps",     "4",  "-oversample",
                   "1",          "-water", "0.12",        "-nointerpolate"} +
         varied;
}

Arguments truth() {
  return experiment({"-cell", "60", "60", "60", "90", "90", "90", "-misset", "10", "20", "30", "-N",
                     "8", "-fluence", "1e26"});
}

Arguments start() {
  return experiment({"-cell", "60.1", "60.1", "60.1", "90", "90", "90", "-misset", "10.1", "20",
                     "30", "-N", "6", "-fluence", "2e26"});
}

class RefineCommand : public testing::Test {
 protected:
  RefineCommand() {
    const auto made = folder_.run(
        truth() + Arguments{"-noisefile", "observed.img", "-floatfile", "truth.bin", "-seed", "3"});
    EXPECT_EQ(made.exit_code, 0) << made.errors;
  }
  ProgramResult refine(const Arguments& options, const Arguments& flags = start()) const {
    return folder_.run(Arguments{"refine", "--image", "observed.img", "--out", "out"} + options +
                       Arguments{"--"} + flags);
  }
  nlohmann::json result() const { return nlohmann::json::parse(folder_.bytes("out/result.json")); }

  Workspace folder_;
};

TEST_F(RefineCommand, RecoversAndItsFileRepeatsTheExperiment) {
  const auto run = refine({"--parameters", "cell,misset,N,scale"});
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_THAT(run.output, HasSubstr("converged"));
  const auto found = result();
  EXPECT_EQ(found["crystal_system"], "cubic");
  EXPECT_EQ(found["parameters"][0]["name"], "cell_a=cell_b=cell_c");
  const double edge = found["parameters"][0]["value"];
  const double uncertainty = found["parameters"][0]["standard_uncertainty"];
  EXPECT_NEAR(edge, 60.0, 4.0 * uncertainty);
  EXPECT_NEAR(found["after"]["reduced_chi_squared"], 1.0, 0.15);
  for (const char* file : {"report.html", "history.csv", "parameters.txt", "observed.png",
                           "before.png", "after.png", "residual.png"}) {
    EXPECT_TRUE(folder_.has(std::string("out/") + file)) << file;
  }
  EXPECT_THAT(folder_.bytes("out/report.html"), Not(HasSubstr("src=\"http")));

  // Refining again from the file finds nothing to do.
  const auto again =
      folder_.run({"refine", "--image", "observed.img", "--parameters", "cell,misset,N,scale",
                   "--out", "again", "--", "-config", "out/refined.toml"});
  ASSERT_EQ(again.exit_code, 0) << again.errors;
  const auto twice = nlohmann::json::parse(folder_.bytes("again/result.json"));
  EXPECT_NEAR(twice["before"]["loss"], found["after"]["loss"], 1e-3);
}

// SMV stands on a pedestal of -adc, the others do not.
TEST_F(RefineCommand, KnowsTheOffsetOfEveryFormat) {
  for (const char* image : {"observed.smv", "observed.cbf", "observed.tif"}) {
    ASSERT_EQ(folder_.run(truth() + Arguments{"-out", image, "-seed", "3"}).exit_code, 0);
    const auto run = folder_.run(
        Arguments{"refine", "--image", image, "--out", "out", "--parameters", "scale", "--"} +
        truth());
    ASSERT_EQ(run.exit_code, 0) << run.errors;
    const auto found = result();
    const double sigma = found["parameters"][0]["standard_uncertainty"];
    EXPECT_NEAR(found["parameters"][0]["value"], 1e26, 4.0 * sigma) << image;
    EXPECT_NEAR(found["after"]["reduced_chi_squared"], 1.0, 0.15) << image;
  }
}

TEST_F(RefineCommand, KeepsTheGeometryOfAMatrix) {
  folder_.write("start.mat", "0.016 0.0003 0.0002\n-0.0003 0.0165 0.0001\n-0.0002 0.0001 0.0167\n");
  Arguments flags = experiment({"-mat", "start.mat", "-N", "8", "-fluence", "1e26"});
  const auto run = refine({"--parameters", "cell_a,distance,beam_centre", "--iterations", "2",
                           "--crystal-system", "triclinic"},
                          flags);
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_TRUE(folder_.has("out/refined.json"));
  EXPECT_TRUE(folder_.has("out/refined.expt"));
  EXPECT_EQ(folder_.run({"-config", "out/refined.toml", "-quiet", "-floatfile", "x.bin"}).exit_code,
            0);
}

TEST_F(RefineCommand, WritesTheBestStateWhenInterrupted) {
  const Arguments arguments{"refine", "--image",      "observed.img", "--out",
                            "out",    "--method",     "adam",         "--iterations",
                            "200000", "--parameters", "misset,scale", "--"};
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    const auto run = interrupt_program(arguments + start(), folder_.path(), "iteration", signal);
    EXPECT_EQ(run.exit_code, 0) << run.errors;
    EXPECT_THAT(run.output, HasSubstr("interrupted"));
    const auto found = result();
    EXPECT_EQ(found["outcome"], "interrupted");
    EXPECT_LT(found["history"].size(), 200000U);
    EXPECT_LE(found["after"]["loss"], found["before"]["loss"]);
    EXPECT_EQ(
        folder_.run({"-config", "out/refined.toml", "-quiet", "-floatfile", "x.bin"}).exit_code, 0);
    std::filesystem::remove_all(folder_.path() / "out");
  }
}

TEST_F(RefineCommand, WritesADescriptionIntoItsNewFolder) {
  const auto run = refine({"--parameters", "scale", "--iterations", "2"},
                          start() + Arguments{"-out", "out/x.expt"});
  EXPECT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_TRUE(folder_.has("out/x.expt"));
}

TEST_F(RefineCommand, LeavesNoFolderWhereItDidNothing) {
  const auto run = folder_.run(Arguments{"refine", "--image", "observed.img", "--out", "new/of/it",
                                         "--parameters", "scale", "--"} +
                               start() + Arguments{"-out", "nowhere/x.expt"});
  EXPECT_NE(run.exit_code, 0);
  EXPECT_FALSE(folder_.has("new"));
}

TEST_F(RefineCommand, RefusesToWriteAmplitudes) {
  folder_.write("x.hkl", "1 0 0 100\n");
  const auto run =
      refine({"--parameters", "scale"}, start() + Arguments{"-hkl", "x.hkl", "-dump", "x.dump"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.errors, HasSubstr("does not take -dump"));
  EXPECT_FALSE(folder_.has("out"));
}

TEST_F(RefineCommand, WritesTheBestStateOfARunThatDiverges) {
  // Steps of a fixed size lead from a cell that is nearly flat to angles that none has.
  const auto flat = [](const char* gamma) {
    return experiment({"-cell", "40", "50", "60", "60", "60", gamma, "-misset", "10", "20", "30",
                       "-N", "20", "-fluence", "1e28"});
  };
  ASSERT_EQ(folder_.run(flat("119.998") + Arguments{"-noisefile", "observed.img", "-seed", "3"})
                .exit_code,
            0);
  const auto run = refine({"--parameters", "cell_gamma", "--method", "adam"}, flat("119.994"));
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.output, HasSubstr("diverged"));
  EXPECT_EQ(result()["outcome"], "diverged");
  EXPECT_LE(result()["after"]["loss"], result()["before"]["loss"]);
  EXPECT_TRUE(folder_.has("out/refined.toml"));
  EXPECT_TRUE(folder_.has("out/report.html"));
}

TEST_F(RefineCommand, WritesAnEndThatDoesNotDetermineAParameter) {
  // One cell along a: there, the derivative by their number is 0.
  const auto cells = [](const char* along_a) {
    return truth() + Arguments{"-square_xtal", "-N", "6", "-Na", along_a, "-fluence", "1e28"};
  };
  ASSERT_EQ(
      folder_.run(cells("1") + Arguments{"-noisefile", "observed.img", "-seed", "3"}).exit_code, 0);
  const auto run = refine({"--parameters", "Na"}, cells("1.5"));
  EXPECT_EQ(run.exit_code, 1) << run.errors;
  EXPECT_THAT(run.output, HasSubstr("not determined"));
  EXPECT_THAT(run.output, HasSubstr("no pixel depends on Na"));
  EXPECT_EQ(result()["parameters"][0]["value"], 1.0);
  EXPECT_TRUE(result()["parameters"][0]["standard_uncertainty"].is_null());
  EXPECT_THAT(result()["undetermined"], HasSubstr("no pixel depends on Na"));
  EXPECT_TRUE(folder_.has("out/refined.toml"));
  EXPECT_THAT(folder_.bytes("out/report.html"), HasSubstr("1 at a bound not determined"));
}

TEST_F(RefineCommand, FindsAmplitudes) {
  const auto wanted = [](int h, int k, int l) {
    return 60.0 + 10.0 * ((7 * h * h + 3 * k * k + 5 * l * l + h * k) % 9);
  };
  std::string truth, off;
  bool is_high = false;
  for (int h = -12; h <= 12; ++h) {
    for (int k = -12; k <= 12; ++k) {
      for (int l = -12; l <= 12; ++l) {
        is_high = !is_high;
        truth += fmt::format("{} {} {} {}\n", h, k, l, wanted(h, k, l));
        off += fmt::format("{} {} {} {}\n", h, k, l, wanted(h, k, l) * (is_high ? 1.2 : 0.8));
      }
    }
  }
  folder_.write("truth.hkl", truth);
  folder_.write("off.hkl", off);
  const auto flags = [](const char* hkl) {
    return experiment({"-cell", "60", "60", "60", "90", "90", "90", "-misset", "10", "20", "30",
                       "-N", "12", "-fluence", "1e28", "-water", "0.135", "-hkl", hkl});
  };
  ASSERT_EQ(folder_.run(flags("truth.hkl") + Arguments{"-noisefile", "observed.img", "-seed", "3"})
                .exit_code,
            0);
  const auto run = refine({"--parameters", "F", "--method", "lbfgs"}, flags("off.hkl"));
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_TRUE(folder_.has("out/refined.cif"));
  EXPECT_TRUE(folder_.has("out/refined.mtz"));

  const auto found = result();
  double before = 0.0, after = 0.0, sum = 0.0, deviations = 0.0;
  int measured = 0;
  for (const auto& f : found["amplitudes"]) {
    const double value = f["value"], start = f["start"], sigma = f["standard_uncertainty"];
    if (sigma > 0.1 * value) continue;
    const double truth_of = wanted(f["hkl"][0], f["hkl"][1], f["hkl"][2]);
    before += std::abs(start - truth_of);
    after += std::abs(value - truth_of);
    sum += truth_of;
    deviations += std::pow((value - truth_of) / sigma, 2);
    ++measured;
  }
  EXPECT_GE(measured, 10);
  EXPECT_NEAR(before / sum, 0.2, 1e-6);
  EXPECT_LT(after / sum, 0.04);
  EXPECT_NEAR(deviations / measured, 1.0, 0.8);

  const auto& some = found["amplitudes"][0]["hkl"];
  const auto name =
      fmt::format("F({},{},{})", some[0].get<int>(), some[1].get<int>(), some[2].get<int>());
  const auto single =
      refine({"--parameters", "scale," + name, "--method", "lbfgs"}, flags("off.hkl"));
  ASSERT_EQ(single.exit_code, 0) << single.errors;
  EXPECT_EQ(result()["amplitudes"].size(), 1U);
  EXPECT_EQ(result()["amplitudes"][0]["hkl"], some);
}

TEST_F(RefineCommand, FindsABFactor) {
  const Arguments near = truth() + Arguments{"-distance", "30", "-fluence", "1e27"};
  const Arguments noisy{"-bfactor", "12", "-noisefile", "observed.img", "-seed", "3"};
  ASSERT_EQ(folder_.run(near + noisy).exit_code, 0);
  const auto run = refine({"--parameters", "b_factor,scale"}, near);
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  const auto found = result()["parameters"][0];
  EXPECT_NEAR(found["value"], 12.0, 4.0 * found["standard_uncertainty"].get<double>());
  EXPECT_LT(found["standard_uncertainty"], 3.0);
  const auto refined = nlohmann::json::parse(folder_.bytes("out/refined.json"));
  EXPECT_EQ(refined["crystal"]["B_A2"], found["value"]);
}

TEST_F(RefineCommand, RefusesWrongWords) {
  const auto expect_usage = [&](const Arguments& options, const std::string& text) {
    const auto run = refine(options);
    EXPECT_EQ(run.exit_code, 2) << text;
    EXPECT_THAT(run.errors, HasSubstr(text));
    EXPECT_FALSE(folder_.has("out"));
  };
  expect_usage({"--parameters", "mistet"}, "did you mean 'misset'?");
  expect_usage({"--parameters", "misset,misset_x"}, "named twice");
  expect_usage({"--parameters", "misset,"}, "a parameter without a name");
  expect_usage({"--parameters", "misset", "--bound", "misset_x=-1:1", "--bound", "misset_x=0:2"},
               "'misset_x' is named twice");
  expect_usage({"--parameters", "misset", "--gain", "inf"}, "not positive and finite");
  expect_usage({"--parameters", "misset", "--offset", "nan"}, "not finite");
  expect_usage({"--parameters", "mosaic_spread"}, "there is one mosaic domain");
  expect_usage({"--parameters", "cell", "--method", "newton"}, "lm, lbfgs or adam");
  expect_usage({"--parameters", "cell", "--pixels", "some"}, "unknown choice of pixels");
  expect_usage({"--parameters", "cell", "--crystal-system", "cubik"}, "'cubic'");
  expect_usage({"--parameters", "cell", "--restraint", "cell_a=3"}, "name=number:number");
  expect_usage({"--parameters", "cell", "--bound", "cell_a=61:62"}, "exclude its start");
  expect_usage({"--parameters", "cell", "--background", "plane-per-spot"}, "without boxes");
  expect_usage({"--parameters", "F"}, "no table of amplitudes");
  expect_usage({"--parameters", "F(1,2)", "--method", "lbfgs"}, "'F(1,2)' is not F(h,k,l)");
  expect_usage({"--parameters", "misset,F(1,2,3.5)"}, "three whole numbers");
  expect_usage({"--parameters", "F(1,2,3"}, "'F(1,2,3' is not F(h,k,l)");
  expect_usage({"--parameters", "F,F(1,2,3)"}, "leave out one of them");
  expect_usage({"--parameters", "F(1,2,3)", "--method", "lbfgs"}, "no table of amplitudes");
}

TEST_F(RefineCommand, SaysBeforeTheWorkThatAResultCannotBeWritten) {
  std::filesystem::create_directories(folder_.path() / "out" / "result.json");
  const auto run = refine({"--parameters", "misset"});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.errors, HasSubstr("out/result.json"));
  EXPECT_THAT(run.output, Not(HasSubstr("iteration")));
  EXPECT_FALSE(folder_.has("out/refined.toml"));
}

TEST_F(RefineCommand, RefusesImagesThatDoNotFit) {
  const auto with_image = [&](const std::string& image, const Arguments& flags) {
    return folder_.run(
        Arguments{"refine", "--image", image, "--parameters", "misset", "--out", "out", "--"} +
        flags);
  };
  const auto other = with_image("observed.img", start() + Arguments{"-detpixels", "65"});
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_THAT(other.errors, HasSubstr("64 x 64"));

  std::vector<float> pixels(64 * 64, -1.0F);
  const auto write = [&](const std::string& name) {
    folder_.write(name, {reinterpret_cast<const char*>(pixels.data()), pixels.size() * 4});
  };
  write("negative.bin");
  const auto all = with_image("negative.bin", start());
  EXPECT_EQ(all.exit_code, 1);
  EXPECT_THAT(all.errors, HasSubstr("no pixel of the image can be used"));
  pixels.assign(64 * 64, 3.0F);
  pixels[7] = -1.0F;
  pixels[8] = std::nanf("");
  write("some.bin");
  EXPECT_THAT(with_image("some.bin", start()).errors,
              HasSubstr("some.bin: 2 pixels do not count (1 negative, 1 not numbers)"));
}

}  // namespace
}  // namespace nanobragg::test
