// Spreads of crystals and beams from the command line: mosaic turns about three axes, and lines of
// a spectrum that have a width.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "cli/gaussian_run.hpp"

namespace nanobragg::test {
namespace {

using testing::HasSubstr;

TEST(MosaicSpreadAbc, IsTheSpreadWhereAllThreeAreAlike) {
  const Workspace workspace;
  for (const Arguments& draw : {Arguments{}, {"-mosaic_domains", "5"}}) {
    const Arguments shape = gaussian_run() + draw + Arguments{"-mosaic_shape", "gauss"};
    workspace.run_silently(shape + Arguments{"-mosaic", "0.1", "-floatfile", "one.bin"});
    workspace.run_silently(
        shape + Arguments{"-mosaic_spread_abc", "0.1", "0.1", "0.1", "-floatfile", "three.bin"});
    EXPECT_TRUE(workspace.bytes("one.bin") == workspace.bytes("three.bin"));
  }
}

TEST(MosaicSpreadAbc, IsKeptByAnExperimentFileAndReplacedByFlags) {
  const Workspace workspace;
  const Arguments shape = gaussian_run() + Arguments{"-mosaic_shape", "gauss"};
  const auto image = [&](const Arguments& run, const std::string& name) {
    workspace.run_silently(run + Arguments{"-floatfile", name});
    return workspace.bytes(name);
  };
  const Arguments three = shape + Arguments{"-mosaic_spread_abc", "0.1", "0.02", "0.3"};
  const std::string of_three = image(three, "three.bin");
  EXPECT_FALSE(image(shape + Arguments{"-mosaic", "0.3"}, "one.bin") == of_three);
  workspace.run_silently(three + Arguments{"-out", "e.json"});
  const Arguments of_file{"-experiment_file", "e.json", "-quiet", "-nonoise", "-nopgm"};
  EXPECT_TRUE(image(of_file, "file.bin") == of_three);
  EXPECT_TRUE(image(of_file + Arguments{"-mosaic", "0.3"}, "of_one.bin") ==
              workspace.bytes("one.bin"));
  EXPECT_TRUE(image(of_file + Arguments{"-mosaic_spread_abc", "0.3", "0.3", "0.3"},
                    "of_three.bin") == workspace.bytes("one.bin"));
}

TEST(MosaicSpreadAbc, HasDerivativesThatDifferencesConfirm) {
  const Workspace workspace;
  const Arguments run = Arguments{"gradcheck", "--pixels", "800", "--"} + gaussian_run() +
                        Arguments{"-mosaic_spread_abc",
                                  "0.1",
                                  "0.03",
                                  "0.2",
                                  "-mosaic_shape",
                                  "gauss",
                                  "-cell_spread",
                                  "2",
                                  "-roi",
                                  "70",
                                  "130",
                                  "70",
                                  "130"};
  for (const Arguments& samples : {Arguments{}, {"-mosaic_domains", "4", "-phisteps", "3"}}) {
    const ProgramResult result = workspace.run(run + samples);
    EXPECT_EQ(result.exit_code, 0) << result.output << result.errors;
    EXPECT_THAT(result.output, HasSubstr("all derivatives agree"));
    EXPECT_THAT(result.output, HasSubstr("cell_spread"));
  }
}

TEST(MosaicSpreadAbc, IsRefusedWhereItCannotBe) {
  const Workspace workspace;
  const auto errors = [&](const Arguments& more) {
    const ProgramResult result = workspace.run(gaussian_run() + more);
    EXPECT_EQ(result.exit_code, 2);
    return result.errors;
  };
  const Arguments three{"-mosaic_spread_abc", "0.1", "0.2", "0.3"};
  EXPECT_THAT(errors(three), HasSubstr("-mosaic_shape gauss"));
  EXPECT_THAT(errors(three + Arguments{"-mosaic_shape", "gauss", "-mosaic", "0.1"}),
              HasSubstr("-mosaic with -mosaic_spread_abc"));
  EXPECT_THAT(errors({"-mosaic_spread_abc", "0.1", "-0.2", "0.3"}), HasSubstr("out of range"));
  EXPECT_THAT(errors({"-mosaic_correlation", "0.1", "0.2", "0.3"}),
              HasSubstr("-mosaic_correlation without -mosaic_spread_abc"));
  EXPECT_THAT(workspace
                  .run(gaussian_run() +
                       Arguments{"-mosaic_spread_abc", "181", "1", "1", "-mosaic_shape", "gauss"})
                  .errors,
              HasSubstr("impossible mosaic spread 181°"));
}

// One line of a width is a spectrum of that width.
TEST(LineWidth, IsThatOfEachListedLine) {
  const Workspace workspace;
  workspace.write("line.txt", "1.0 1\n");
  workspace.write("lines.txt", "0.99 1\n1.02 3\n");
  const auto image = [&](const Arguments& more, const std::string& name) {
    workspace.run_silently(gaussian_run() + more + Arguments{"-floatfile", name});
    return floats(workspace, name);
  };
  const auto expect_near = [](const std::vector<float>& x, const std::vector<float>& y) {
    const float peak = *std::ranges::max_element(y);
    ASSERT_GT(peak, 0.0F);
    for (std::size_t i = 0; i < x.size(); ++i) ASSERT_NEAR(x[i], y[i], 1e-5F * peak) << i;
  };
  const Arguments wide{"-line_width", "0.4"};
  const auto dispersion = [&](const std::string& wavelength, const std::string& name) {
    return image({"-lambda", wavelength, "-dispersion", "0.4", "-dispersion_shape", "gauss"}, name);
  };
  expect_near(image(wide + Arguments{"-spectrum", "line.txt"}, "a.bin"),
              dispersion("1.0", "b.bin"));
  std::vector<float> sum = dispersion("0.99", "c.bin");
  const std::vector<float> other = dispersion("1.02", "d.bin");
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] = 0.25F * sum[i] + 0.75F * other[i];
  expect_near(image(wide + Arguments{"-spectrum", "lines.txt"}, "e.bin"), sum);
}

TEST(LineWidth, IsNeverLeftOut) {
  const Workspace workspace;
  workspace.write("lines.txt", "0.99 1\n1.02 3\n");
  const Arguments wide = gaussian_run() + Arguments{"-line_width", "0.4"};
  const auto errors = [&](const Arguments& more) {
    const ProgramResult result = workspace.run(wide + more);
    EXPECT_EQ(result.exit_code, 2) << result.errors;
    return result.errors;
  };
  EXPECT_THAT(errors({}), HasSubstr("-line_width without a list of wavelengths"));
  const Arguments lines{"-spectrum", "lines.txt"};
  for (const char* kernel : {"simd", "scalar", "sparse", "reference"}) {
    const std::string text = errors(lines + Arguments{"-kernel", kernel});
    EXPECT_THAT(text, HasSubstr("and these have a width"));
    EXPECT_THAT(text, HasSubstr("choose from auto, analytic"));
  }
  EXPECT_THAT(errors(lines + Arguments{"-square_xtal"}), HasSubstr("-gauss_cells"));
  EXPECT_THAT(errors(lines + Arguments{"-oversample", "2"}), HasSubstr("samples are asked for"));
  EXPECT_THAT(errors(lines + Arguments{"-trace_pixel", "3", "4"}), HasSubstr("scalar"));
}

// A spectrum of one line is one -dispersion.
TEST(LineWidth, IsThatOfTheSpectraOfStills) {
  const auto image = [](const Arguments& stills, const Arguments& flags) {
    const Workspace workspace;
    workspace.write("spectra.txt", "1.0 1 1\n");
    const ProgramResult result = workspace.run(
        Arguments{"stills", "--images", "2", "--out", "x_#.tif"} + stills +
        Arguments{"--", "-cell", "74", "74", "36", "-default_F", "100", "-N", "30", "-lambda", "1",
                  "-distance", "80", "-detpixels", "100", "-gauss_cells", "-nonoise", "-quiet"} +
        flags);
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    return workspace.bytes("x_2.tif");
  };
  const Arguments spectra{"--spectra", "spectra.txt"};
  const std::string wide = image(spectra, {"-line_width", "0.4"});
  EXPECT_TRUE(wide == image({}, {"-dispersion", "0.4", "-dispersion_shape", "gauss"}));
  EXPECT_FALSE(wide == image(spectra, {}));
  const Workspace workspace;
  workspace.write("spectra.txt", "1.0 1 1\n");
  const ProgramResult sampled = workspace.run(
      Arguments{"stills", "--images", "2", "--out", "x_#.tif"} + spectra +
      Arguments{"--", "-cell", "74", "-default_F", "1", "-line_width", "0.4", "-detpixels", "9"});
  EXPECT_EQ(sampled.exit_code, 2);
  EXPECT_THAT(sampled.errors, HasSubstr("have a width"));
}

}  // namespace
}  // namespace nanobragg::test
