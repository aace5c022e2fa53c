// Backgrounds that were measured, and disorder of the crystal, at a user's desk.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>

#include "cli/workspace.hpp"

namespace nanobragg::test {
namespace {

using testing::HasSubstr;
using testing::Not;

// 21 × 21 pixels of 2 mm, 60 mm from the sample, in the middle of which the beam ends; 1 Å.
Arguments flat(const Arguments& more) {
  return Arguments{"-cell",   "50",     "60",         "70",    "90",         "90", "90",
                   "-lambda", "1",      "-detpixels", "21",    "-pixel",     "2",  "-distance",
                   "60",      "-adxv",  "-Xbeam",     "21",    "-Ybeam",     "21", "-nonoise",
                   "-nopgm",  "-quiet", "-floatfile", "x.bin", "-default_F", "0"} +
         more;
}

std::vector<float> floats(const Workspace& space, const std::string& name = "x.bin") {
  const std::string bytes = space.bytes(name);
  std::vector<float> image(bytes.size() / sizeof(float));
  std::memcpy(image.data(), bytes.data(), bytes.size());
  return image;
}

std::vector<float> image_of(const Workspace& space, const Arguments& more) {
  const ProgramResult run = space.run(flat(more));
  EXPECT_EQ(run.exit_code, 0) << run.errors;
  return floats(space);
}

constexpr std::size_t kMiddle = 10 * 21 + 10, kRight = 10 * 21 + 20;
// 20 mm at 60 mm.
const double kTwoTheta = std::atan2(20.0, 60.0);
const double kStol = std::sin(kTwoTheta / 2.0);

TEST(MeasuredBackground, AProfileCountsInWhateverItsColumnsSay) {
  const Workspace space;
  const auto expect_at_right = [&](const std::string& name, double at) {
    // From 100 photons where the argument is 0 (or of a spacing far away) to 60 at the pixel.
    space.write("p.dat", "# " + name + " photons\n" + std::to_string(at / 1e6) + " 100\n" +
                             std::to_string(at) + " 60\n" + std::to_string(1.5 * at) + " 50\n");
    const auto image = image_of(space, {"-background", "profile:p.dat:2"});
    EXPECT_NEAR(image.at(kRight), 120.0, 1e-3) << name;
    EXPECT_NEAR(image.at(kMiddle), 200.0, 1e-2) << name;
  };
  expect_at_right("stol_per_A", kStol);
  expect_at_right("inverse_d_per_A", 2.0 * kStol);
  expect_at_right("Q_per_A", 4.0 * std::numbers::pi * kStol);
  expect_at_right("q_nm^-1", 40.0 * std::numbers::pi * kStol);
  expect_at_right("2th_rad", kTwoTheta);
  expect_at_right("two_theta_deg", kTwoTheta * 180.0 / std::numbers::pi);
  expect_at_right("radius_mm", 20.0);
  expect_at_right("radius_px", 10.0);
  space.write("p.dat", "d_A,counts\n" + std::to_string(0.5 / kStol / 1.5) + ",50\n" +
                           std::to_string(0.5 / kStol) + ",60\n1e6,100\n");
  EXPECT_NEAR(image_of(space, {"-background", "profile:p.dat"}).at(kRight), 60.0, 1e-3);
}

TEST(MeasuredBackground, AnImageIsTakenPixelByPixelInEveryFormat) {
  const Workspace space;
  space.write("p.dat", "# radius_px photons\n0 100\n30 10\n");
  const auto first = image_of(space, {"-background", "profile:p.dat", "-out", "a.bin", "-out",
                                      "a.cbf", "-out", "a.nxs", "-out", "a.tif"});
  for (const char* name : {"a.bin", "a.cbf", "a.nxs", "a.tif"}) {
    const auto again = image_of(space, {"-background", std::string("image:") + name + ":0.5"});
    // Files of counts round.
    for (std::size_t i = 0; i < first.size(); ++i) {
      ASSERT_NEAR(again[i], 0.5 * first[i], 0.26) << name << " " << i;
    }
  }
}

TEST(MeasuredBackground, WhatMeasuresNothingIsFilledAndSaid) {
  const Workspace space;
  // 21 × 21 readings: 7 everywhere, none in the middle, where a NaN stands.
  std::vector<float> pixels(21 * 21, 7.0F);
  pixels[kMiddle] = std::nanf("");
  std::string bytes(pixels.size() * sizeof(float), '\0');
  std::memcpy(bytes.data(), pixels.data(), bytes.size());
  space.write("gap.bin", bytes);
  const ProgramResult run = space.run(flat({"-background", "image:gap.bin:3:2"}));
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.errors, HasSubstr("1 pixel does not count"));
  EXPECT_THAT(run.errors, HasSubstr("median"));
  EXPECT_NEAR(floats(space).at(kMiddle), 15.0, 1e-5);
  EXPECT_NEAR(floats(space).at(0), 15.0, 1e-5);
  std::ranges::fill(pixels, std::nanf(""));
  std::memcpy(bytes.data(), pixels.data(), bytes.size());
  space.write("none.bin", bytes);
  const ProgramResult none = space.run(flat({"-background", "image:none.bin"}));
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_THAT(none.errors, HasSubstr("no pixel of the background can be used"));
}

TEST(MeasuredBackground, IsRepeatedByFilesOfTheRun) {
  const Workspace space;
  space.write("p.dat", "# radius_px photons\n0 100\n30 10\n");
  image_of(space, {"-background", "profile:p.dat", "-out", "a.bin"});
  const Arguments flags{"-background", "profile:p.dat:0.3",
                        "-background", "image:a.bin:2",
                        "-B_aniso",    "30",
                        "20",          "10",
                        "0",           "0",
                        "0",           "-block_sizes",
                        "gamma:0.2:3", "-N",
                        "9",           "-default_F",
                        "50",          "-fluence",
                        "1e22"};
  const auto image = image_of(space, flags);
  const ProgramResult shown = space.run(flat(flags) + Arguments{"-show_config"});
  ASSERT_EQ(shown.exit_code, 0) << shown.errors;
  space.write("run.toml", shown.output);
  ASSERT_EQ(space.run({"-config", "run.toml"}).exit_code, 0);
  EXPECT_EQ(floats(space), image);
  ASSERT_EQ(space.run(flat(flags) + Arguments{"-out", "e.json"}).exit_code, 0);
  ASSERT_EQ(space
                .run({"-experiment_file", "e.json", "-floatfile", "x.bin", "-nonoise", "-nopgm",
                      "-quiet"})
                .exit_code,
            0);
  EXPECT_EQ(floats(space), image);
  // Flags replace the backgrounds of a file.
  ASSERT_EQ(space
                .run({"-experiment_file", "e.json", "-background", "profile:p.dat", "-floatfile",
                      "x.bin", "-nonoise", "-nopgm", "-quiet"})
                .exit_code,
            0);
  EXPECT_NE(floats(space), image);
}

TEST(MeasuredBackground, IsInTheSummaryAndTheTrace) {
  const Workspace space;
  space.write("p.dat", "# radius_px photons\n0 100\n30 10\n");
  image_of(space, {"-background", "profile:p.dat", "-out", "a.bin"});
  Arguments flags =
      flat({"-background", "profile:p.dat:0.5", "-background", "image:a.bin", "-default_F", "50",
            "-B_aniso", "30", "20", "10", "0", "0", "0", "-N", "9", "-trace_pixel", "10", "20"});
  std::erase(flags, "-quiet");
  const ProgramResult run = space.run(flags);
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_THAT(run.output, HasSubstr("0.5 times p.dat"));
  EXPECT_THAT(run.output, HasSubstr("anisotropic B"));
  const auto number = [&](const std::string& key) {
    const std::size_t at = run.output.find("TRACE_CPP: " + key + " ");
    EXPECT_NE(at, std::string::npos) << key;
    return at == std::string::npos ? 0.0 : std::stod(run.output.substr(at + key.size() + 12));
  };
  // The image is that of the whole profile.
  EXPECT_NEAR(number("measured_profile_photons"), 0.5 * number("measured_image_photons"), 1e-5);
  EXPECT_GT(number("measured_profile_photons"), 1.0);
  EXPECT_LT(number("anisotropic_displacement_factor"), 1.0);
}

TEST(MeasuredBackground, NonsenseIsRefusedBeforeTheWork) {
  const Workspace space;
  space.write("p.dat", "# radius_px photons\n0 100\n30 10\n");
  space.write("text.cbf", "nothing of an image\n");
  image_of(space, {"-background", "profile:p.dat", "-detpixels", "20", "-out", "small.cbf"});
  const auto before = space.files();
  const auto refused = [&](const Arguments& more, int code, const std::string& words) {
    const ProgramResult run = space.run(flat(more) + Arguments{"-out", "new.bin"});
    EXPECT_EQ(run.exit_code, code) << words;
    EXPECT_THAT(run.errors, HasSubstr(words));
  };
  refused({"-background", "profile:none.dat"}, 1, "none.dat");
  refused({"-background", "image:none.cbf"}, 1, "none.cbf");
  refused({"-background", "image:text.cbf"}, 1, "text.cbf");
  refused({"-background", "profile:small.cbf"}, 1, "small.cbf");
  refused({"-background", "image:small.cbf"}, 1, "a background of 20 × 20 pixels");
  refused({"-background", "profile:p.dat:-1"}, 2, "negative");
  refused({"-background", "profile:"}, 2, "profile:FILE");
  refused({"-background", "profile:p.dat", "-out", "p.dat"}, 2, "p.dat");
  Arguments many;
  for (int i = 0; i < 5; ++i) many = many + Arguments{"-background", "profile:p.dat"};
  refused(many, 2, "more than 4");
  refused({"-B_aniso", "1", "2", "3"}, 2, "-B_aniso");
  refused({"-B_aniso", "1e6", "0", "0", "0", "0", "0"}, 1, "anisotropic B");
  refused({"-diffuse_sigma", "0.3"}, 2, "without -diffuse_sigma and -diffuse_gamma");
  refused({"-diffuse_sigma", "0.3", "-diffuse_gamma", "10", "20"}, 2, "of 2 numbers");
  refused({"-diffuse_sigma", "0.3", "-diffuse_gamma", "0"}, 2, "-diffuse_gamma");
  refused({"-diffuse_sigma", "30", "-diffuse_gamma", "10"}, 1, "liquid-like motions");
  refused({"-diffuse_sigma", "0.3", "-diffuse_gamma", "10", "-diffuse_laue", "4/mm"}, 2, "4/mmm");
  refused({"-diffuse_sigma", "0.3", "-diffuse_gamma", "10", "-diffuse_neighbours", "9"}, 1,
          "neighbours");
  refused({"-block_sizes", "normal:0.2"}, 2, "-block_sizes");
  refused({"-block_sizes", "gamma:-0.2"}, 2, "-block_sizes");
  refused({"-block_sizes", "gamma:0.2:0"}, 2, "-block_sizes");
  refused({"-block_sizes", "gamma:0.8:9", "-N", "2", "-default_F", "50"}, 1, "cells along an axis");
  space.expect_unchanged(before);
}

TEST(LiquidMotions, AreRepeatedByFilesOfTheRunAndShown) {
  const Workspace space;
  const Arguments flags{"-default_F",
                        "50",
                        "-fluence",
                        "1e24",
                        "-N",
                        "9",
                        "-diffuse_sigma",
                        "0.3",
                        "0.5",
                        "0.4",
                        "-diffuse_gamma",
                        "30",
                        "-diffuse_laue",
                        "mmm",
                        "-diffuse_neighbours",
                        "2"};
  const auto image = image_of(space, flags);
  const ProgramResult shown = space.run(flat(flags) + Arguments{"-show_config"});
  ASSERT_EQ(shown.exit_code, 0) << shown.errors;
  space.write("run.toml", shown.output);
  ASSERT_EQ(space.run({"-config", "run.toml"}).exit_code, 0);
  EXPECT_EQ(floats(space), image);
  ASSERT_EQ(space.run(flat(flags) + Arguments{"-out", "e.json"}).exit_code, 0);
  const Arguments again{"-experiment_file", "e.json", "-floatfile", "x.bin", "-nonoise", "-nopgm"};
  ASSERT_EQ(space.run(again + Arguments{"-quiet"}).exit_code, 0);
  EXPECT_EQ(floats(space), image);
  const ProgramResult told =
      space.run(again + Arguments{"-diffuse_gamma", "15", "-trace_pixel", "10", "20"});
  ASSERT_EQ(told.exit_code, 0) << told.errors;
  EXPECT_THAT(told.output, HasSubstr("γ 15, 15, 15 Å"));
  EXPECT_THAT(told.output, HasSubstr("mean over 4 rotations"));
  EXPECT_THAT(told.output, HasSubstr("halo_photons "));
}

TEST(AnisotropicB, SaysWhereItBreaksTheSymmetry) {
  const Workspace space;
  const auto warnings = [&](const Arguments& b, const Arguments& cell) {
    const ProgramResult run =
        space.run(Arguments{"-lambda", "1", "-distance", "60", "-detpixels", "21", "-default_F",
                            "50", "-nonoise", "-nopgm", "-quiet", "-B_aniso"} +
                  b + Arguments{"-cell"} + cell);
    EXPECT_EQ(run.exit_code, 0) << run.errors;
    return run.errors;
  };
  const Arguments tetragonal{"50", "50", "70", "90", "90", "90"};
  const Arguments hexagonal{"50", "50", "70", "90", "90", "120"};
  EXPECT_THAT(warnings({"10", "20", "5", "0", "0", "0"}, tetragonal), HasSubstr("15 15 5 0 0 0"));
  EXPECT_THAT(warnings({"15", "15", "5", "0", "0", "0"}, tetragonal), Not(HasSubstr("B_aniso")));
  EXPECT_THAT(warnings({"15", "15", "5", "7.5", "0", "0"}, hexagonal), Not(HasSubstr("B_aniso")));
  EXPECT_THAT(warnings({"15", "15", "5", "0", "0", "0"}, hexagonal), HasSubstr("B_aniso"));
  EXPECT_THAT(warnings({"1", "2", "3", "4", "5", "6"}, {"50", "60", "70", "81", "95", "103"}),
              Not(HasSubstr("B_aniso")));
}

// Along a row of pixels spots fall off as the closed form says, in every kernel.
TEST(AnisotropicB, IsTheIsotropicOneWhereItIsRound) {
  const Workspace space;
  for (const char* kernel : {"scalar", "simd", "sparse", "reference"}) {
    const Arguments run{"-cell", "50",       "60",      "70",      "80",  "95", "103",
                        "-N",    "30",       "-misset", "10",      "20",  "30", "-default_F",
                        "100",   "-fluence", "1e24",    "-kernel", kernel};
    // Bij = B cos(angle of ai*, aj*) of this cell.
    const double a = 80 * std::numbers::pi / 180, b = 95 * std::numbers::pi / 180,
                 g = 103 * std::numbers::pi / 180;
    const auto star = [](double x, double y, double z) {
      return (std::cos(y) * std::cos(z) - std::cos(x)) / (std::sin(y) * std::sin(z));
    };
    const auto text = [](double value) { return std::to_string(25.0 * value); };
    const auto round = image_of(space, run + Arguments{"-bfactor", "25"});
    const auto tensor =
        image_of(space, run + Arguments{"-B_aniso", "25", "25", "25", text(star(g, a, b)),
                                        text(star(b, a, g)), text(star(a, b, g))});
    const float brightest = *std::ranges::max_element(round);
    for (std::size_t i = 0; i < round.size(); ++i) {
      // One at q, the other at the nearest reflection.
      ASSERT_NEAR(tensor[i], round[i], 0.05 * round[i] + 1e-4 * brightest) << kernel << " " << i;
    }
  }
}

}  // namespace
}  // namespace nanobragg::test
