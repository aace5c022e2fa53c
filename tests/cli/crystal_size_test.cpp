// Crystals of many blocks: their number from lengths, and the photons that they add up to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "cli/workspace.hpp"

namespace nanobragg::test {
namespace {

using testing::HasSubstr;

// The floats of an image of a run in a beam of 50 µm.
std::vector<float> image_of(const Workspace& workspace, const Arguments& more) {
  const ProgramResult result =
      workspace.run(small_run() +
                    Arguments{"-flux", "1e12", "-beamsize", "0.05", "-nopgm", "-nonoise", "-quiet",
                              "-floatfile", "x.bin"} +
                    more);
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  const std::string bytes = workspace.bytes("x.bin");
  std::vector<float> image(bytes.size() / sizeof(float));
  std::memcpy(image.data(), bytes.data(), bytes.size());
  return image;
}

// Of blocks of 5³ cells of 74 × 74 × 36 Å, in µm³.
constexpr double kBlock = 125.0 * 74.0 * 74.0 * 36.0 * 1e-12;

void expect_ratio(const std::vector<float>& one, const std::vector<float>& all, double ratio) {
  double sum = 0.0, sum_of_all = 0.0;
  for (std::size_t i = 0; i < one.size(); ++i) {
    sum += one[i];
    sum_of_all += all[i];
    EXPECT_NEAR(all[i], ratio * one[i], 1e-5 * ratio * one[i]);
  }
  EXPECT_GT(sum, 0.0);
  EXPECT_NEAR(sum_of_all / sum / ratio, 1.0, 1e-6);
}

TEST(CrystalSize, MultipliesThePhotonsOfABlockInEveryKernel) {
  const Workspace workspace;
  for (const Arguments& kernel : {Arguments{"-kernel", "scalar"},
                                  {"-kernel", "simd"},
                                  {"-kernel", "sparse"},
                                  {"-kernel", "analytic", "-gauss_cells"},
                                  {"-compat", "reference"}}) {
    SCOPED_TRACE(kernel[1]);
    const auto one = image_of(workspace, kernel);
    const auto all = image_of(workspace, kernel + Arguments{"-crystal_size", "40um"});
    expect_ratio(one, all, 40.0 * 40.0 * 40.0 / kBlock);
  }
}

TEST(CrystalSize, IsClippedAcrossTheBeam) {
  const Workspace workspace;
  const auto one = image_of(workspace, {});
  const auto all = image_of(workspace, {"-crystal_size", "0.3mm,80um,20um"});
  expect_ratio(one, all, 300.0 * 50.0 * 20.0 / kBlock);
}

TEST(CrystalSize, LeavesTheBackgroundAlone) {
  const Workspace workspace;
  const Arguments size{"-crystal_size", "40um"}, water{"-water", "50"};
  const auto crystal = image_of(workspace, size);
  const auto both = image_of(workspace, size + water);
  const auto of_one = image_of(workspace, {});
  const auto of_one_with_water = image_of(workspace, water);
  for (std::size_t i = 0; i < both.size(); ++i) {
    const double background = of_one_with_water[i] - of_one[i];
    EXPECT_NEAR(both[i] - crystal[i], background, 1e-6 * both[i] + 1e-3 * background);
  }
}

TEST(CrystalSize, HasTheDerivativesOfItsImage) {
  const Workspace workspace;
  const ProgramResult result =
      workspace.run(Arguments{"gradcheck", "--pixels", "200", "--"} + small_run() +
                    Arguments{"-crystal_size", "40um", "-flux", "1e12"});
  EXPECT_EQ(result.exit_code, 0) << result.output << result.errors;
}

TEST(CrystalSize, IsToldWithItsDose) {
  const Workspace workspace;
  const ProgramResult result =
      workspace.run(small_run() + Arguments{"-crystal_size", "40um", "-flux", "1e12", "-lambda",
                                            "2", "-beamsize", "0.1"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.output, HasSubstr("in the beam"));
  EXPECT_THAT(result.output, HasSubstr("blocks of that size"));
  // 10¹² photons on 100 µm × 100 µm are 10⁸/µm²: at 2 Å, 4 × 10⁸/2000 Gy.
  EXPECT_THAT(result.output, HasSubstr("0.2 MGy"));
}

TEST(CrystalSize, IsKeptByFilesAndTraces) {
  const Workspace workspace;
  image_of(workspace, {"-crystal_size", "40um", "-out", "e.json"});
  const std::string bytes = workspace.bytes("x.bin");
  workspace.run({"-experiment_file", "e.json", "-quiet", "-floatfile", "y.bin"});
  EXPECT_EQ(workspace.bytes("y.bin"), bytes);
  const ProgramResult traced = workspace.run(
      {"-experiment_file", "e.json", "-quiet", "-trace_pixel", "5", "5", "-floatfile", "z.bin"});
  EXPECT_THAT(traced.output, HasSubstr("blocks"));
}

TEST(CrystalSize, RefusesWhatCannotBe) {
  const Workspace workspace;
  for (const auto& [size, message] : {std::pair{"50", "not LENGTH"},
                                      {"0um", "not LENGTH"},
                                      {"1um,1um", "not LENGTH"},
                                      {"1um,1um,1um,1um", "not LENGTH"},
                                      {"1nm", "less than one block"}}) {
    const ProgramResult result = workspace.run(small_run() + Arguments{"-crystal_size", size});
    EXPECT_EQ(result.exit_code, 2) << size;
    EXPECT_THAT(result.errors, HasSubstr(message)) << size;
  }
  EXPECT_EQ(
      workspace.run(small_run() + Arguments{"-crystal_size", "1mm", "-xtalsize", "0.1"}).exit_code,
      2);
  EXPECT_EQ(workspace
                .run(small_run() +
                     Arguments{"-crystal_size", "1mm", "-compat", "reference", "-water", "5"})
                .exit_code,
            2);
}

}  // namespace
}  // namespace nanobragg::test
