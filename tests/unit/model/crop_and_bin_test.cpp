// A part of a detector: where its pixels stand, and that its image is that part.
#include "nanobragg/model/crop_and_bin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nanobragg/base/error.hpp"
#include "nanobragg/config/options/command_line.hpp"
#include "nanobragg/config/resolve/resolve.hpp"
#include "nanobragg/image/pipeline.hpp"
#include "nanobragg/plan/parameters.hpp"
#include "nanobragg/plan/sampling_plan.hpp"
#include "nanobragg/plan/variables.hpp"

namespace nanobragg {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

config::Job job(std::vector<std::string> more = {}) {
  std::vector<std::string> flags = {
      "-cell",        "60", "70",        "80",   "-default_F",     "50",
      "-N",           "6",  "-pixel",    "0.5",  "-detpixels_f",   "40",
      "-detpixels_s", "30", "-fluence",  "1e24", "-oversample",    "2",
      "-distance",    "60", "-twotheta", "8",    "-detector_rotx", "3",
      "-lambda",      "1"};
  flags.insert(flags.end(), more.begin(), more.end());
  return config::resolve(config::parse_arguments(flags).settings);
}

// The middle of a pixel, m.
Vec3<double> middle(const PanelValues& panel, double slow, double fast) {
  const double pixel = panel.pixel_size.value();
  return panel.corner_m + (pixel * (fast + 0.5)) * panel.fast + (pixel * (slow + 0.5)) * panel.slow;
}

Image<double> photons(const config::Job& run, const Experiment& experiment) {
  const plan::SamplingPlan plan = plan::make_plan(experiment, run.compute.quirks);
  return image::simulate_f64(plan, *run.compute.kernel, {1, nullptr, kernel::Precision::float64})
      .photons;
}

constexpr CropAndBin kPart{.crop = PixelBox{{4, 6}, {12, 30}}, .bin = 3};

TEST(CropAndBin, LeavesPixelsWhereTheyAre) {
  const Experiment whole = job().experiment;
  const Experiment part = cropped_and_binned(whole, kPart);
  const PanelValues& panel = *part.detector.panels.front();
  EXPECT_EQ(panel.shape, (ImageShape{4, 10}));
  EXPECT_DOUBLE_EQ(panel.pixel_size.value(), 1.5e-3);
  const Vec3<double> off =
      middle(panel, 2, 7) - middle(*whole.detector.panels.front(), 4 + 3 * 2 + 1, 6 + 3 * 7 + 1);
  EXPECT_LT(length(off), 1e-15);
  EXPECT_EQ(panel.distance, whole.detector.panels.front()->distance);
  // Where the parameters put it, it stands: those that go with the corner have moved with it.
  const auto before = plan::values_of(whole);
  const auto after = plan::values_of(part);
  EXPECT_EQ(after[plan::ParameterId::distance], before[plan::ParameterId::distance]);
  const std::vector<plan::VariableValue> farther{{plan::ParameterId::distance, 0.07}};
  const Experiment moved = plan::with_values(part, farther);
  const Experiment moved_whole = plan::with_values(whole, farther);
  const Vec3<double> apart = middle(*moved.detector.panels.front(), 0, 0) -
                             middle(*moved_whole.detector.panels.front(), 5, 7);
  EXPECT_LT(length(apart), 1e-12);
}

TEST(CropAndBin, HasTheImageOfThePart) {
  for (const std::vector<std::string>& more : {std::vector<std::string>{},
                                               {"-background", "water:50um"},
                                               {"-roi", "0", "24", "0", "29"}}) {
    const config::Job run = job(more);
    const Image<double> whole = photons(run, run.experiment);
    const Image<double> part = photons(run, cropped_and_binned(run.experiment, kPart));
    for (std::size_t i = 0; i < 4; ++i) {
      for (std::size_t j = 0; j < 10; ++j) {
        double sum = 0.0;
        bool all = true;
        for (std::size_t k = 0; k < 9; ++k) {
          const PixelIndex p{4 + 3 * i + k / 3, 6 + 3 * j + k % 3};
          sum += whole[p];
          all = all &&
                (!run.experiment.sampling.region || run.experiment.sampling.region->contains(p));
        }
        // The solid angle and the polarisation are those of the middle of a pixel.
        EXPECT_NEAR((part[{i, j}]), all ? sum : 0.0, 2e-2 * sum) << i << ' ' << j;
      }
    }
  }
}

TEST(CropAndBin, WithoutABinHasTheSamePixels) {
  const config::Job run = job({"-background", "water:50um"});
  const Image<double> whole = photons(run, run.experiment);
  const CropAndBin crop{.crop = PixelBox{{4, 6}, {12, 30}}};
  const Image<double> part = photons(run, cropped_and_binned(run.experiment, crop));
  for (std::size_t i = 0; i < 12; ++i) {
    for (std::size_t j = 0; j < 30; ++j) {
      EXPECT_NEAR((part[{i, j}]), (whole[{i + 4, j + 6}]), 1e-9 * (whole[{i + 4, j + 6}]));
    }
  }
}

TEST(CropAndBin, RefusesWhatIsNotThere) {
  const Detector detector = job().experiment.detector;
  const auto refused = [&](const CropAndBin& part, const char* text) {
    EXPECT_THAT([&] { check(part, detector); }, ThrowsMessage<UsageError>(HasSubstr(text)));
  };
  refused({.crop = PixelBox{{20, 0}, {11, 40}}}, "a crop of 11 × 40 pixels from pixel 20, 0 on");
  refused({.crop = PixelBox{{0, 40}, {1, 1}}}, "within the panel of 30 × 40 (slow × fast)");
  refused({.crop = PixelBox{{0, 0}, {0, 4}}}, "a crop of 0 × 4");
  refused({.crop = PixelBox{{~std::size_t{0}, 0}, {2, 4}}}, "which does not lie");
  refused({.crop = {}, .bin = 31}, "sums of 31 × 31 pixels of an image of 30 × 40");
  EXPECT_NO_THROW(check({.crop = {}, .bin = 7}, detector));
  EXPECT_THAT([&] { check_divides({.crop = {}, .bin = 7}, detector); },
              ThrowsMessage<UsageError>(HasSubstr("crop it to 28 × 35")));
  Detector two = detector;
  two.panels.push_back(two.panels.front());
  EXPECT_THAT(
      [&] {
        check({.crop = PixelBox{{0, 0}, {4, 4}}}, two);
      },
      ThrowsMessage<UsageError>(HasSubstr("a crop of a detector of 2 panels")));
  EXPECT_THAT([&] { check({.crop = {}, .bin = 4}, two); },
              ThrowsMessage<UsageError>(HasSubstr("one of which has 30 rows")));
  EXPECT_NO_THROW(check({.crop = {}, .bin = 5}, two));
  EXPECT_THAT(
      [&] {
        region_of({.crop = PixelBox{{0, 30}, {4, 4}}},
                  job({"-roi", "0", "24", "0", "29"}).experiment, 0);
      },
      ThrowsMessage<UsageError>(HasSubstr("shows nothing of the region of interest")));
}

}  // namespace
}  // namespace nanobragg
