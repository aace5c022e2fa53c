// The traces of the C program, measured on the golden cases and on a real experiment, against ours.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <ostream>
#include <regex>
#include <sstream>

#include "golden/golden_cases.hpp"
#include "support/program.hpp"

namespace nanobragg::test {

void PrintTo(const GoldenCase& golden, std::ostream* out);

namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

// A measured trace under this program's prefix.
std::string as_ours(const std::string& measured) {
  return std::regex_replace(measured, std::regex("TRACE_C(?=[:_])"), "TRACE_CPP");
}

// Slow and fast as a trace names them.
Words pixel_in(const std::string& trace) {
  std::smatch found;
  const bool named = std::regex_search(trace, found, std::regex(R"(spixel=(\d+), fpixel=(\d+))"));
  if (!named) throw std::runtime_error("a trace that names no pixel");
  return {found[1], found[2]};
}

Words joined(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

std::string trace_of(const fs::path& folder, const Words& pixel, const Words& options,
                     const Words& flags) {
  const Words words =
      joined(joined({"trace", "--pixel", pixel[0], pixel[1], "--out", "evidence"}, options),
             joined({"--"}, flags));
  const ProgramResult result = run_program(words, folder);
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(result.output, read_bytes(folder / "evidence/trace.log"));
  return result.output;
}

std::vector<GoldenCase> traced_cases() {
  std::vector<GoldenCase> cases = golden_cases();
  std::erase_if(cases, [](const GoldenCase& c) { return !fs::exists(c.folder / "trace.log"); });
  return cases;
}

class TraceText : public testing::TestWithParam<GoldenCase> {};

// As with the images, another libm may move the last of the 15 digits.
TEST_P(TraceText, ReferenceModeGivesTheMeasuredText) {
  const GoldenCase& golden = GetParam();
  TemporaryFolder folder;
  for (const auto& file : fs::directory_iterator(fs::path(NANOBRAGG_TEST_DATA) / "golden/inputs")) {
    fs::copy(file, folder.path());
  }
  const std::string measured = as_ours(read_bytes(golden.folder / "trace.log"));
  EXPECT_EQ(trace_of(folder.path(), pixel_in(measured), {},
                     joined(golden.arguments, {"-compat", "reference"})),
            measured);
}

INSTANTIATE_TEST_SUITE_P(AllCases, TraceText, testing::ValuesIn(traced_cases()),
                         [](const auto& instance) { return instance.param.name; });

TEST(GoldenTraces, AreNine) { EXPECT_EQ(traced_cases().size(), 9u); }

// The named experiment on its data, which are not part of this project.
class RealTrace : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(real_ / "scaled.hkl")) {
      GTEST_SKIP() << "no measured data in " << real_ << ": the real traces are not compared";
    }
    for (const char* name : {"A.mat", "scaled.hkl"}) {
      fs::create_symlink(fs::absolute(real_ / name), folder_ / name);
    }
  }

  std::string measured(const char* name) const { return as_ours(read_bytes(real_ / name)); }
  std::string traced(const Words& flags) const {
    return trace_of(folder_.path(), {"685", "1039"}, {"--config", "supervisor"}, flags);
  }

  const fs::path real_ = fs::path(NANOBRAGG_SHARED) / "real";
  const TemporaryFolder folder_;
};

TEST_F(RealTrace, FromZeroIsTheMeasuredText) {
  EXPECT_EQ(traced({"-compat", "reference"}), measured("trace_phi_from_zero.log"));
}

TEST_F(RealTrace, FromJustAboveZeroIsTheMeasuredText) {
  EXPECT_EQ(traced({"-compat", "reference", "-phi", "1e-9"}), measured("trace_phi_from_1e-9.log"));
}

// The built-in experiment is the command that the data come with.
TEST_F(RealTrace, NamedExperimentIsTheOneOfTheData) {
  std::istringstream text(read_bytes(real_ / "supervisor.args"));
  const Words flags{std::istream_iterator<std::string>(text), {}};
  EXPECT_EQ(traced({}), trace_of(folder_.path(), {"685", "1039"}, {}, flags));
}

using Values = std::map<std::string, std::vector<double>>;

Values values_of(const std::string& trace, const std::string& prefix) {
  Values values;
  std::istringstream lines(trace);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(prefix + ": ")) continue;
    std::istringstream words(line.substr(prefix.size() + 2));
    std::string key;
    words >> key;
    values[key] = {std::istream_iterator<double>(words), {}};
  }
  return values;
}

// Largest difference relative to the length of the vector.
double difference(const std::vector<double>& a, const std::vector<double>& b) {
  double square = 0.0;
  double largest = 0.0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    square += b[i] * b[i];
    largest = std::max(largest, std::abs(a[i] - b[i]));
  }
  return largest == 0.0 ? 0.0 : largest / std::sqrt(square);
}

// A port of the program in single precision. It takes -distance for the distance along the
// detector's normal, which puts its corner 3 µm from ours, and does not make its vectors unit,
// which is worth another 0.1 µm; so the corner is given here. Its I_before_scaling is taken after
// the polarisation.
TEST_F(RealTrace, SinglePrecisionIsThatOfAnotherProgram) {
  std::istringstream text(read_bytes(real_ / "supervisor.args"));
  Words flags{std::istream_iterator<std::string>(text), {}};
  const auto drop = [&](const char* flag, std::ptrdiff_t values) {
    const auto at = std::ranges::find(flags, flag);
    ASSERT_NE(at, flags.end());
    flags.erase(at, at + 1 + values);
  };
  drop("-Xbeam", 1);
  drop("-Ybeam", 1);
  drop("-distance", 1);
  drop("-pix0_vector_mm", 3);
  const Values port = values_of(read_bytes(real_ / "trace_pytorch_port_float32.log"), "TRACE_PY");
  flags.push_back("-pix0_vector");
  for (const double x : port.at("pix0_vector_meters")) {
    std::ostringstream word;
    word.precision(15);
    word << x;
    flags.push_back(word.str());
  }
  Values ours = values_of(trace_of(folder_.path(), {"685", "1039"}, {"--dtype", "float32"}, flags),
                          "TRACE_CPP");
  ours["I_before_scaling"][0] *= ours["polar"][0];

  // Half a unit in the last place is 6e-8. An index is a difference of products 30 times its size,
  // and a factor of the lattice turns by 2πN for each index.
  constexpr double kRounding = 4e-7;
  const std::map<std::string, double> amplified{
      {"F_latt_a", 1e-3},        {"F_latt_b", 1e-3},      {"F_latt_c", 1e-3},
      {"F_latt", 1e-3},          {"I_pixel_final", 1e-3}, {"floatimage_accumulated", 1e-3},
      {"I_before_scaling", 1e-3}};
  ASSERT_GE(port.size(), 40u);
  for (const auto& [key, values] : port) {
    ASSERT_EQ(ours[key].size(), values.size()) << key;
    const auto found = amplified.find(key);
    EXPECT_LE(difference(ours[key], values), found == amplified.end() ? kRounding : found->second)
        << key;
  }
}

// What single precision costs, without another program in between.
TEST_F(RealTrace, SinglePrecisionDiffersFromDoubleByItsRounding) {
  const Values exact = values_of(traced({}), "TRACE_CPP");
  const Values single = values_of(traced({"-dtype", "float32"}), "TRACE_CPP");
  for (const auto& [key, values] : exact) {
    const bool amplified =
        key.starts_with("F_latt") || key.starts_with("I_") || key == "floatimage_accumulated";
    EXPECT_LE(difference(single.at(key), values), amplified ? 2e-3 : 4e-7) << key;
    for (const double value : single.at(key)) {
      EXPECT_NEAR(value, static_cast<double>(static_cast<float>(value)), 1e-14 * std::abs(value))
          << key << " is no number of single precision";
    }
  }
}

}  // namespace
}  // namespace nanobragg::test
