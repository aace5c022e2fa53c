// Every golden case: int.img, noise.img, image.pgm and the printed statistics follow from
// float.bin.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/image/adc.hpp"
#include "nanobragg/image/noise.hpp"
#include "nanobragg/report/greymap.hpp"
#include "nanobragg/report/statistics.hpp"

namespace nanobragg {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const fs::path kGolden = fs::path(NANOBRAGG_TEST_DATA) / "golden";

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kGolden / "cases")) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

// The pixels at the end of a file, whatever header stands before them.
template <class T>
std::vector<T> pixels_of(const fs::path& path, std::size_t count) {
  const std::string bytes = bytes_of(path);
  if (bytes.size() < count * sizeof(T)) throw std::runtime_error(path.string() + " is too short");
  std::vector<T> pixels(count);
  std::memcpy(pixels.data(), bytes.data() + bytes.size() - count * sizeof(T), count * sizeof(T));
  return pixels;
}

class Case {
 public:
  explicit Case(const std::string& name)
      : folder_(kGolden / "cases" / name), facts_(json::parse(bytes_of(folder_ / "case.json"))) {
    arguments_ = facts_.at("args").get<std::vector<std::string>>();
    const auto& header = facts_.at("smv_header");
    shape_ = {std::stoul(header.at("SIZE2").get<std::string>()),
              std::stoul(header.at("SIZE1").get<std::string>())};
    pixel_m_ = std::stod(header.at("PIXEL_SIZE").get<std::string>()) / 1000.0;
    photons_ = Image<float>(shape_, pixels_of<float>(folder_ / "float.bin", shape_.size()));
    if (const auto mask = argument("-mask")) {
      mask_ = Image<std::uint16_t>(
          shape_, pixels_of<std::uint16_t>(kGolden / "inputs" / *mask, shape_.size()));
    }
  }

  // The n-th value behind a flag, unset where the flag is not given.
  std::optional<std::string> argument(const std::string& flag, std::ptrdiff_t n = 1) const {
    const auto found = std::find(arguments_.begin(), arguments_.end(), flag);
    if (found == arguments_.end()) return std::nullopt;
    return *(found + n);
  }
  double number(const std::string& flag, double otherwise) const {
    const auto text = argument(flag);
    return text ? std::stod(*text) : otherwise;
  }

  RegionOfInterest region() const {
    if (!argument("-roi")) return {{0, 0}, {shape_.slow - 1, shape_.fast - 1}};
    const auto bound = [&](std::ptrdiff_t n) { return std::stoul(*argument("-roi", n)); };
    return {{bound(3), bound(1)}, {bound(4), bound(2)}};
  }
  std::optional<ImageView<const std::uint16_t>> mask() const {
    if (!mask_) return std::nullopt;
    return mask_->view();
  }
  bool has(const std::string& file) const { return fs::exists(folder_ / file); }
  template <class T>
  std::vector<T> pixels(const std::string& file) const {
    return pixels_of<T>(folder_ / file, shape_.size());
  }

  ImageView<const float> photons() const { return photons_.view(); }
  double pixel_m() const { return pixel_m_; }
  const json& printed(const std::string& name) const { return facts_.at("stats").at(name); }
  report::Statistics statistics() const {
    return nanobragg::report::statistics(
        photons(), region(), mask(),
        {report::RmsdPixels::all_in_region, report::Summation::one_by_one});
  }
  double integer_scale() const {
    const double given = number("-scale", 0.0);
    return given > 0.0 ? given : image::automatic_scale(statistics().max);
  }
  double grey_scale() const {
    const double given = number("-pgmscale", 0.0);
    return given > 0.0 ? given : report::automatic_grey_scale(statistics().rmsd, integer_scale());
  }
  double adc_offset() const { return number("-adc", 40.0); }

 private:
  fs::path folder_;
  json facts_;
  std::vector<std::string> arguments_;
  ImageShape shape_;
  double pixel_m_ = 0.0;
  Image<float> photons_;
  std::optional<Image<std::uint16_t>> mask_;
};

// The value as the reference prints it.
double as_printed(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return std::strtod(text, nullptr);
}

template <class T>
void expect_same_pixels(const Image<T>& computed, const std::vector<T>& expected) {
  ASSERT_EQ(computed.pixels().size(), expected.size());
  std::size_t differing = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (computed.pixels()[i] != expected[i]) ++differing;
  }
  EXPECT_EQ(differing, 0U) << "pixels differ";
}

class ResponseGolden : public testing::TestWithParam<std::string> {};

TEST_P(ResponseGolden, IntegerImage) {
  const Case golden(GetParam());
  expect_same_pixels(image::digitise(golden.photons(), golden.region(), golden.integer_scale(),
                                     golden.adc_offset()),
                     golden.pixels<std::uint16_t>("int.img"));
}

TEST_P(ResponseGolden, Greymap) {
  const Case golden(GetParam());
  expect_same_pixels(report::greymap(golden.photons(), golden.region(), golden.grey_scale()),
                     golden.pixels<std::uint8_t>("image.pgm"));
}

TEST_P(ResponseGolden, NoiseImage) {
  const Case golden(GetParam());
  if (!golden.has("noise.img")) GTEST_SKIP() << "the case was run with -nonoise";
  const std::int64_t seed = std::stoll(golden.argument("-seed").value());
  const image::NoiseImage noise =
      image::poisson_counts(golden.photons(), golden.region(), seed, golden.adc_offset());
  expect_same_pixels(noise.counts, golden.pixels<std::uint16_t>("noise.img"));
  EXPECT_EQ(std::nearbyint(noise.photons), golden.printed("photons"));  // printed whole
  EXPECT_EQ(static_cast<double>(noise.overloads), golden.printed("overloads"));
}

TEST_P(ResponseGolden, Statistics) {
  const Case golden(GetParam());
  const report::Statistics computed = golden.statistics();
  EXPECT_EQ(as_printed(computed.max), golden.printed("max_I"));
  EXPECT_EQ(as_printed(computed.mean), golden.printed("mean"));
  EXPECT_EQ(as_printed(computed.rms), golden.printed("rms"));
  EXPECT_EQ(as_printed(computed.rmsd), golden.printed("rmsd"));
  EXPECT_EQ(as_printed(golden.integer_scale()), golden.printed("intfile_scale"));
  EXPECT_EQ(as_printed(golden.grey_scale()), golden.printed("pgm_scale"));

  // The reference prints a position inside the brightest pixel.
  const auto pixel = [&](std::size_t axis) {
    return std::floor(golden.printed("max_I_at").at(axis).get<double>() / golden.pixel_m());
  };
  EXPECT_EQ(static_cast<double>(computed.max_at.fast), pixel(0));
  EXPECT_EQ(static_cast<double>(computed.max_at.slow), pixel(1));
}

INSTANTIATE_TEST_SUITE_P(Cases, ResponseGolden, testing::ValuesIn(case_names()),
                         [](const auto& instance) { return instance.param; });

}  // namespace
}  // namespace nanobragg
