// A command line of full size on measured amplitudes, against what the reference gave for it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "nanobragg/base/image.hpp"
#include "support/program.hpp"

namespace nanobragg::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;

const fs::path kReal = fs::path(NANOBRAGG_SHARED) / "real";
constexpr ImageShape kShape{2527, 2463};
constexpr std::size_t kBlock = 64;
constexpr ImageShape kBlocks{kShape.slow / kBlock + 1, kShape.fast / kBlock + 1};

struct Variant {
  std::string mode;
  std::string measurement;  // the run of the reference that it must agree with
  std::string maximum;      // as the program prints it
};

// Physical mode carries no orientation over, as the reference does not where φ starts at 1e-9.
const Variant kVariants[] = {{"reference", "phi_from_zero", "446.254"},
                             {"physical", "phi_from_1e-9", "466.482"}};

template <class T>
std::vector<T> read_numbers(const fs::path& file) {
  const std::string bytes = read_bytes(file);
  std::vector<T> values(bytes.size() / sizeof(T));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
  return values;
}

std::vector<std::string> arguments_of(const Variant& variant) {
  std::ifstream file(kReal / "supervisor.args");
  std::vector<std::string> arguments{std::istream_iterator<std::string>(file), {}};
  for (const char* input : {"A.mat", "scaled.hkl"}) {
    std::ranges::replace(arguments, std::string(input), (kReal / input).string());
  }
  arguments.insert(arguments.end(), {"-compat", variant.mode, "-floatfile", "float.bin"});
  return arguments;
}

// One run, which takes seconds, and what was measured.
class Measurement {
 public:
  explicit Measurement(const Variant& variant) : variant_(variant) {
    const TemporaryFolder folder;
    result_ = run_program(arguments_of(variant), folder.path());
    if (result_.exit_code == 0) image_ = read_floats(folder / "float.bin");
    std::ifstream file(kReal / "expected.json");
    expected_ = json::parse(file)[variant.measurement];
  }

  bool is_complete() const { return image_.size() == kShape.size(); }
  const ProgramResult& result() const { return result_; }

  void expect_statistics() const {
    const std::string first =
        "max_I           " + variant_.maximum + " photons at fast 685 slow 1039";
    EXPECT_THAT(result_.output, HasSubstr(first));
    for (const std::string name : {"rms", "rmsd"}) {
      EXPECT_THAT(result_.output, HasSubstr(name + " " + expected_["stats"][name].dump()));
    }
  }

  void expect_pixels(const char* list, std::size_t count) const {
    ASSERT_EQ(expected_[list].size(), count);
    for (const json& pixel : expected_[list]) {
      const std::size_t slow = pixel[0];
      const std::size_t fast = pixel[1];
      expect_close(at(slow, fast), pixel[2], pixel.dump());
    }
  }

  // Each within 1e-6 of itself; a block below 1e-6 of the brightest within 1e-12 of that.
  void expect_sums_of_blocks() const {
    const auto expected =
        read_numbers<double>(kReal / ("blocks64_" + variant_.measurement + ".f64"));
    ASSERT_EQ(expected.size(), kBlocks.size());
    std::vector<double> found(kBlocks.size());
    for (std::size_t slow = 0; slow < kShape.slow; ++slow) {
      for (std::size_t fast = 0; fast < kShape.fast; ++fast) {
        found[slow / kBlock * kBlocks.fast + fast / kBlock] += at(slow, fast);
      }
    }
    const double brightest = *std::ranges::max_element(expected);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_NEAR(found[i], expected[i], 1e-6 * std::max(expected[i], 1e-6 * brightest)) << i;
    }
  }

  // The 64 × 64 pixels around slow 685, fast 1039.
  void expect_crop() const {
    const auto expected = read_numbers<float>(kReal / ("crop64_" + variant_.measurement + ".f32"));
    ASSERT_EQ(expected.size(), kBlock * kBlock);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const std::size_t slow = 685 - kBlock / 2 + i / kBlock;
      const std::size_t fast = 1039 - kBlock / 2 + i % kBlock;
      expect_close(at(slow, fast), static_cast<double>(expected[i]),
                   "slow " + std::to_string(slow) + " fast " + std::to_string(fast));
    }
  }

 private:
  double at(std::size_t slow, std::size_t fast) const {
    return static_cast<double>(image_[slow * kShape.fast + fast]);
  }

  // Within 1e-5 of the value or 1e-9 of the maximum.
  void expect_close(double found, double expected, const std::string& where) const {
    const double maximum = expected_["stats"]["max_I"];
    EXPECT_NEAR(found, expected, std::max(1e-5 * std::abs(expected), 1e-9 * maximum)) << where;
  }

  const Variant& variant_;
  ProgramResult result_;
  std::vector<float> image_;
  json expected_;
};

class Supervisor : public testing::TestWithParam<Variant> {};

TEST_P(Supervisor, IsAsMeasured) {
  if (!fs::exists(kReal / "expected.json")) {
    GTEST_SKIP() << "the measured case is not on this machine: no " << kReal.string();
  }
  const Measurement measurement(GetParam());
  ASSERT_EQ(measurement.result().exit_code, 0) << measurement.result().errors;
  ASSERT_TRUE(measurement.is_complete());
  measurement.expect_statistics();
  measurement.expect_pixels("brightest_200_slow_fast_value", 200);
  measurement.expect_pixels("random_4000_slow_fast_value", 4000);
  measurement.expect_sums_of_blocks();
  measurement.expect_crop();
}

INSTANTIATE_TEST_SUITE_P(FullSize, Supervisor, testing::ValuesIn(kVariants),
                         [](const auto& instance) { return instance.param.mode; });

}  // namespace
}  // namespace nanobragg::test
