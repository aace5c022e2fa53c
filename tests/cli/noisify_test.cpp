// nanobragg noisify and add: images of any format in, images of any format out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "cli/workspace.hpp"
#include "nanobragg/io/images/observed_image.hpp"
#include "nanobragg/io/images/raw_float.hpp"

namespace nanobragg::test {
namespace {

using testing::HasSubstr;

constexpr ImageShape kShape{40, 50};

void write_flat(const Workspace& workspace, const std::string& name, float photons) {
  Image<float> image(kShape);
  std::ranges::fill(image.pixels(), photons);
  io::write_raw_float(workspace.path() / name, std::as_const(image).view());
}

const Arguments kPixels = {"-detpixels_x", "50", "-detpixels_y", "40"};

io::ObservedImage read(const Workspace& workspace, const std::string& name) {
  return io::open_image(workspace.path() / name, kShape)->read(0);
}

double mean_of(const io::ObservedImage& image) {
  double sum = 0.0;
  for (const double pixel : image.values.pixels()) sum += pixel;
  return sum / static_cast<double>(image.shape().size());
}

TEST(Noisify, ReadsOutRawFloats) {
  const Workspace workspace;
  write_flat(workspace, "f.bin", 100.0F);
  const auto result = workspace.run(Arguments{"noisify", "f.bin", "-gain", "4", "-adc", "10"} +
                                    kPixels + Arguments{"--out", "n.img"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(result.output, HasSubstr("200000 expected photons"));
  EXPECT_THAT(result.errors,
              HasSubstr("f.bin: no geometry is read from it (raw floats have no words for it)"));
  const io::ObservedImage image = read(workspace, "n.img");
  EXPECT_EQ(image.shape(), kShape);
  EXPECT_EQ(image.gain, 4.0);
  // Five standard errors of 2000 pixels.
  EXPECT_NEAR(mean_of(image), 410.0, 5.0 * 40.0 / std::sqrt(2000.0));
}

TEST(Noisify, KeepsTheGeometryOfTheImage) {
  const Workspace workspace;
  workspace.run_silently(
      small_run() + Arguments{"-fluence", "1e27", "-nonoise", "-distance", "77", "-out", "e.cbf"});
  const auto result =
      workspace.run({"noisify", "e.cbf", "--out", "n.cbf", "-dead_pixels", "3", "-seed", "4"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(result.errors, "");
  // Everything but the pixels and what a read-out says.
  const auto shown = [&](const std::string& name) {
    const auto config = workspace.run(
        {"-geometry", name, "-cell", "50", "-N", "3", "-default_F", "1", "-show_config"});
    EXPECT_EQ(config.exit_code, 0) << config.errors;
    return config.output.substr(config.output.find("distance_m ="));
  };
  EXPECT_EQ(shown("n.cbf"), shown("e.cbf"));
  EXPECT_THAT(shown("n.cbf"), HasSubstr("distance_m = 0.077"));
}

TEST(Noisify, DrawsWhatTheRunItselfDraws) {
  const Workspace workspace;
  const Arguments noise = {"-gain", "3", "-readout", "2", "-seed", "7", "-dead_pixels", "5"};
  workspace.run_silently(small_run() +
                         Arguments{"-fluence", "1e27", "-out", "p.bin", "-out", "run.tif"} + noise);
  const auto result = workspace.run(
      Arguments{"noisify", "p.bin", "--out", "alone.tif", "-detpixels", "32"} + noise);
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_TRUE(workspace.bytes("alone.tif") == workspace.bytes("run.tif"));
}

TEST(Noisify, SpreadsLightBeforeItIsCounted) {
  const Workspace workspace;
  Image<float> spot(kShape);
  spot[{20, 25}] = 1e8F;
  io::write_raw_float(workspace.path() / "spot.bin", std::as_const(spot).view());
  const auto result = workspace.run(
      Arguments{"noisify", "spot.bin", "--out", "n.cbf", "-psf", "gauss", "-psf_fwhm", "100"} +
      kPixels);
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const io::ObservedImage image = read(workspace, "n.cbf");
  // Of a Gaussian as wide as a pixel at half maximum, erf(√ln 2)² falls into it.
  const double middle = 1e8 * std::pow(std::erf(std::sqrt(std::log(2.0))), 2);
  EXPECT_NEAR((image.values[{20, 25}]), middle, 5.0 * std::sqrt(middle));
  EXPECT_NEAR(mean_of(image) * 2000, 1e8, 5.0 * 1e4);
}

TEST(Noisify, LeavesOutWhatTheImageDoesNotMeasure) {
  const Workspace workspace;
  workspace.run_silently(
      small_run() + Arguments{"-fluence", "1e27", "-roi", "3", "20", "4", "30", "-out", "r.cbf"});
  const auto result = workspace.run({"noisify", "r.cbf", "--out", "n.cbf", "-gain", "2"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("not measured"));
  const auto before = io::open_image(workspace.path() / "r.cbf", {})->read(0);
  const auto after = io::open_image(workspace.path() / "n.cbf", {})->read(0);
  EXPECT_TRUE(std::ranges::equal(before.validity.pixels(), after.validity.pixels()));
}

TEST(Noisify, RefusesWhatMeansNothing) {
  const Workspace workspace;
  write_flat(workspace, "f.bin", 100.0F);
  const auto before = workspace.files();
  const auto refuses = [&](const Arguments& words, const std::string& text, int code = 2) {
    const auto result = workspace.run(Arguments{"noisify", "f.bin"} + words);
    EXPECT_EQ(result.exit_code, code) << text;
    EXPECT_THAT(result.errors, HasSubstr(text));
  };
  const Arguments out = {"--out", "n.img"};
  refuses({"-gain", "2"}, "--out is required");
  refuses(kPixels + Arguments{"--out", "f.bin"}, "f.bin");
  refuses(kPixels + Arguments{"--out", "n.expt"}, "would hold no image");
  refuses(kPixels + out + Arguments{"-gain", "0"}, "'-gain': 0 is out of range");
  refuses(kPixels + out + Arguments{"-cell", "50"}, "-cell has no meaning here");
  refuses(kPixels + out + Arguments{"-background", "water:1mm"}, "-background has no meaning here");
  refuses(kPixels + out + Arguments{"-fluence", "1e20"}, "-scale multiplies them");
  refuses(kPixels + out + Arguments{"-nonoise"}, "noisify draws noise");
  refuses(kPixels + out + Arguments{"-noisefile", "x.img"}, "--out says where");
  refuses(out + Arguments{"-detpixels", "33"}, "f.bin", 1);
  workspace.expect_unchanged(before);
}

TEST(Add, AddsPhotons) {
  const Workspace workspace;
  write_flat(workspace, "a.bin", 1.5F);
  write_flat(workspace, "b.bin", -0.25F);
  const auto result = workspace.run(
      Arguments{"add", "a.bin", "b.bin", "--scale", "2", "--scale", "4", "--out", "sum.bin"} +
      kPixels);
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const auto sum = io::read_raw_float(workspace.path() / "sum.bin", kShape);
  EXPECT_EQ(std::ranges::count(sum.pixels(), 2.0F), 2000);
}

TEST(Add, TakesReadingsAsPhotons) {
  const Workspace workspace;
  const Arguments run = small_run() + Arguments{"-fluence", "1e27", "-seed", "3"};
  workspace.run_silently(run + Arguments{"-roi", "3", "20", "4", "30", "-out", "a.cbf"});
  workspace.run_silently(run + Arguments{"-out", "b.img", "-out", "b.cbf"});
  const auto result = workspace.run({"add", "a.cbf", "b.img", "--out", "sum.cbf"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const auto a = io::open_image(workspace.path() / "a.cbf", {})->read(0);
  const auto b = io::open_image(workspace.path() / "b.cbf", {})->read(0);
  const auto sum = io::open_image(workspace.path() / "sum.cbf", {})->read(0);
  for (std::size_t i = 0; i < sum.shape().size(); ++i) {
    ASSERT_EQ(sum.validity.pixels()[i], a.validity.pixels()[i]);
    if (a.validity.pixels()[i] != io::Validity::valid) continue;
    ASSERT_EQ(sum.values.pixels()[i], a.values.pixels()[i] + b.values.pixels()[i]);
  }
}

TEST(Add, RefusesWhatDoesNotFit) {
  const Workspace workspace;
  write_flat(workspace, "a.bin", 1.5F);
  workspace.run_silently(small_run() + Arguments{"-out", "b.cbf"});
  const auto before = workspace.files();
  const auto refuses = [&](const Arguments& words, const std::string& text, int code) {
    const auto result = workspace.run(Arguments{"add"} + words);
    EXPECT_EQ(result.exit_code, code) << text;
    EXPECT_THAT(result.errors, HasSubstr(text));
  };
  refuses({"b.cbf", "a.bin", "--out", "s.cbf"}, "a.bin", 1);
  refuses({"b.cbf", "b.cbf", "b.cbf", "--scale", "1", "--scale", "2", "--out", "s.cbf"},
          "2 scales for 3 images", 2);
  refuses({"b.cbf", "--out", "b.cbf"}, "b.cbf", 2);
  refuses({"b.cbf", "--out", "s.cbf", "-gain", "2"}, "add draws no noise", 2);
  refuses({"b.cbf", "--out", "s.cbf", "-psf", "gauss"}, "add spreads no light", 2);
  refuses({"b.cbf", "none.cbf", "--out", "s.cbf"}, "none.cbf", 1);
  workspace.expect_unchanged(before);
}

}  // namespace
}  // namespace nanobragg::test
