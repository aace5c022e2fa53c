// A read-out is the same for any threads and parts; what differs from image to image, and what not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "nanobragg/base/error.hpp"
#include "nanobragg/image/photon_counts.hpp"
#include "nanobragg/image/readout/detector_reading.hpp"

namespace nanobragg {
namespace {

using image::readout::DetectorReading;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr ImageShape kShape{37, 41};
const PanelStack kStack{{0, 20}, kShape};  // two panels

Image<float> some_photons() {
  Image<float> photons(kShape);
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    photons.pixels()[i] = static_cast<float>(std::pow(10.0, static_cast<double>(i % 80) / 16 - 1));
  }
  return photons;
}

ReadOut everything() {
  return {.flicker = 0.1,
          .dead_time = {.dead_s = 1e-5, .model = CountRateModel::paralysable, .exposure_s = 1.0},
          .calibration = {.error = 0.03, .seed = 4},
          .gain = 3.0,
          .switching = {{0.5, 50.0}},
          .noise = 2.0,
          .pedestal = 20.0,
          .largest = 65535,
          .bad = {.dead = 30, .hot = 0.02, .hot_photons = 100.0, .seed = 6}};
}

ReadOut with_shared_charge() {
  ReadOut read_out = everything();
  read_out.dead_time.dead_s = 0.0;
  read_out.charge_sharing = 0.2;
  return read_out;
}

std::vector<std::int32_t> pixels(const Image<std::int32_t>& image) {
  return {image.pixels().begin(), image.pixels().end()};
}

TEST(ReadOut, IsTheSameForAnyThreadsAndParts) {
  const Image<float> photons = some_photons();
  for (const ReadOut& read_out : {everything(), with_shared_charge()}) {
    const DetectorReading detector(read_out, photons.view(), kStack, 8);
    const auto whole = pixels(detector.read(0, kShape.slow, 1));
    EXPECT_EQ(pixels(detector.read(0, kShape.slow, 2)), whole);
    EXPECT_EQ(pixels(detector.read(0, kShape.slow, 7)), whole);
    for (const std::size_t rows : {1U, 5U, 36U}) {
      std::vector<std::int32_t> parts;
      for (std::size_t first = 0; first < kShape.slow; first += rows) {
        const auto read = pixels(detector.read(first, std::min(rows, kShape.slow - first), 2));
        parts.insert(parts.end(), read.begin(), read.end());
      }
      EXPECT_EQ(parts, whole) << rows;
    }
  }
}

TEST(ReadOut, OfNothingButPhotonsCountsThem) {
  const Image<float> photons = some_photons();
  const DetectorReading detector({}, photons.view(), kStack, 8);
  EXPECT_EQ(pixels(detector.read(0, kShape.slow, 1)),
            pixels(image::count_photons(photons.view(), 8, 1)));
}

// A gain of a million shows the pattern of the pixels behind no noise at all: the same photons in
// two images would read the same.
TEST(ReadOut, ImagesShareThePatternAndNotTheNoise) {
  Image<float> photons(kShape);
  std::ranges::fill(photons.pixels(), 1e7F);
  ReadOut read_out;
  read_out.calibration = {.error = 0.05, .seed = 4};
  read_out.bad.dead = 50;
  const auto first =
      pixels(DetectorReading(read_out, photons.view(), kStack, 1).read(0, kShape.slow, 1));
  const auto second =
      pixels(DetectorReading(read_out, photons.view(), kStack, 2).read(0, kShape.slow, 1));
  double both = 0.0, one = 0.0;
  std::size_t same = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    ASSERT_EQ(first[i] == image::kNotMeasured, second[i] == image::kNotMeasured);
    if (first[i] == image::kNotMeasured) continue;
    same += first[i] == second[i] ? 1 : 0;
    both += (first[i] / 1e7 - 1.0) * (second[i] / 1e7 - 1.0);
    one += (first[i] / 1e7 - 1.0) * (first[i] / 1e7 - 1.0);
  }
  EXPECT_LT(same, first.size() / 100);
  EXPECT_GT(both / one, 0.999);  // photons alone differ by 3e-4
}

TEST(ReadOut, HotPixelsCountWithoutLightAndDeadOnesNever) {
  const Image<float> dark(kShape);
  ReadOut read_out;
  read_out.bad = {.dead = 20, .hot = 10, .hot_photons = 1e5, .seed = 1};
  const auto read =
      pixels(DetectorReading(read_out, dark.view(), kStack, 1).read(0, kShape.slow, 1));
  EXPECT_EQ(std::ranges::count(read, image::kNotMeasured), 20);
  EXPECT_EQ(std::ranges::count_if(read, [](std::int32_t x) { return x > 0; }), 10);
}

TEST(ReadOut, FlickerIsOneFactorOfAllPixels) {
  Image<float> photons(kShape);
  std::ranges::fill(photons.pixels(), 1e8F);
  ReadOut read_out;
  read_out.flicker = 0.2;
  const double factor = image::readout::flicker_factor(0.2, 5);
  EXPECT_GT(std::abs(factor - 1.0), 0.01);
  for (const std::int32_t reading :
       pixels(DetectorReading(read_out, photons.view(), kStack, 5).read(0, kShape.slow, 1))) {
    ASSERT_NEAR(reading, 1e8 * factor, 8.0 * std::sqrt(1e8 * factor));
  }
}

TEST(ReadOut, ChargeStaysInItsPanel) {
  Image<float> photons(kShape);
  photons[{10, 5}] = photons[{19, 30}] = 1e6F;  // the second in the last row of the first panel
  ReadOut read_out;
  read_out.charge_sharing = 0.2;
  read_out.gain = 100.0;  // parts of a photon show
  const auto shape = kShape;
  const auto read =
      DetectorReading(read_out, std::as_const(photons).view(), kStack, 3).read(0, shape.slow, 1);
  const auto around = [&](std::size_t slow, std::size_t fast) {
    double sum = 0.0;
    for (const std::size_t s : {slow - 1, slow, slow + 1}) {
      for (const std::size_t f : {fast - 1, fast, fast + 1}) sum += read[{s, f}];
    }
    return sum / 100.0;
  };
  const double light = 1e6;
  EXPECT_NEAR(around(10, 5), light, 5.0 * std::sqrt(light));
  EXPECT_NEAR((read[{9, 5}] / 100.0), light * 0.05 * 0.9, 5.0 * std::sqrt(light));
  // A twentieth of the charge goes over the edge of the panel and is lost.
  EXPECT_NEAR(around(19, 30), 0.95 * light, 5.0 * std::sqrt(light));
  EXPECT_EQ((read[{20, 30}]), 0);
}

TEST(ReadOut, RefusesWhatIsNoNumberOfPhotons) {
  Image<float> photons(kShape);
  photons[{2, 3}] = std::numeric_limits<float>::quiet_NaN();
  const DetectorReading detector(everything(), std::as_const(photons).view(), kStack, 8);
  EXPECT_THAT([&] { detector.read(0, kShape.slow, 1); },
              ThrowsMessage<Error>(HasSubstr("pixel slow 2 fast 3 is nan")));
}

TEST(ReadOut, RefusesNumbersThatNoDetectorHas) {
  const auto refuses = [](const char* text, auto change) {
    ReadOut read_out = everything();
    check(read_out);
    change(read_out);
    EXPECT_THAT([&] { check(read_out); }, ThrowsMessage<Error>(HasSubstr(text))) << text;
  };
  refuses("a gain of 0", [](ReadOut& r) { r.gain = 0.0; });
  refuses("a gain of nan", [](ReadOut& r) { r.gain = std::nan(""); });
  refuses("noise of -1", [](ReadOut& r) { r.noise = -1.0; });
  refuses("flicker of -0.1", [](ReadOut& r) { r.flicker = -0.1; });
  refuses("calibration error of inf", [](ReadOut& r) { r.calibration.error = HUGE_VAL; });
  refuses("dead time of -1", [](ReadOut& r) { r.dead_time.dead_s = -1.0; });
  refuses("exposure of 0", [](ReadOut& r) { r.dead_time.exposure_s = 0.0; });
  refuses("pedestal of -5", [](ReadOut& r) { r.pedestal = -5.0; });
  refuses("pedestal of 65535", [](ReadOut& r) { r.pedestal = 65535.0; });
  refuses("saturation at 0.5", [](ReadOut& r) { r.largest = 0.5; });
  refuses("dead pixels of 0.7", [](ReadOut& r) { r.bad.dead = 0.7; });
  refuses("hot pixels of 1.5", [](ReadOut& r) { r.bad.hot = 1.5; });
  refuses("charge sharing within 0.6", [](ReadOut& r) { r.charge_sharing = 0.6; });
  refuses("charge sharing with a dead time", [](ReadOut& r) { r.charge_sharing = 0.1; });
  refuses("a gain of 4 after one of 3", [](ReadOut& r) { r.switching = {{4.0, 50.0}}; });
  refuses("growing charges", [](ReadOut& r) { r.switching = {{2.0, 50.0}, {1.0, 50.0}}; });
  const Image<float> dark(kShape);
  ReadOut many = everything();
  many.bad.dead = 1000;
  many.bad.hot = 600;
  EXPECT_THAT([&] { DetectorReading(many, dark.view(), kStack, 1); },
              ThrowsMessage<Error>(HasSubstr("1600 bad pixels (the detector has 1517)")));
}

}  // namespace
}  // namespace nanobragg
