// The program explains divergences: quirks of the C program's traces, and mistakes made by flags.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "golden/golden_cases.hpp"
#include "support/program.hpp"

namespace nanobragg::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using Words = std::vector<std::string>;

// The quirks that change what a golden trace shows.
const std::map<std::string, std::string>& quirks_seen() {
  static const std::map<std::string, std::string> table{
      {"absorption_5_layers", "thick_layers"},
      {"supervisor_small", "phi_carry_over"},
      {"triclinic_misset", "skewed_triclinic_cell"}};
  return table;
}

std::vector<GoldenCase> traced_cases() {
  std::vector<GoldenCase> cases = golden_cases();
  std::erase_if(cases, [](const auto& c) { return !fs::exists(c.folder / "trace.log"); });
  return cases;
}

GoldenCase case_named(const std::string& name) {
  const auto cases = golden_cases();
  return *std::ranges::find(cases, name, &GoldenCase::name);
}

// Slow and fast of the pixel that a trace announces.
Words pixel_of(const fs::path& trace) {
  const std::string text = read_bytes(trace);
  const auto number = [&](const char* key) {
    const std::size_t at = text.find(key) + std::string(key).size();
    return std::to_string(std::stoul(text.substr(at)));
  };
  return {number("spixel="), number("fpixel=")};
}

class ExplainFolder {
 public:
  ExplainFolder() {
    for (const auto& file :
         fs::directory_iterator(fs::path(NANOBRAGG_TEST_DATA) / "golden/inputs")) {
      fs::copy(file, folder_.path());
    }
  }

  // Our trace of a pixel with these flags, as a file.
  fs::path trace(const std::string& name, Words flags, const Words& pixel) {
    for (const std::string& word : Words{"-quiet", "-trace_pixel", pixel[0], pixel[1]}) {
      flags.push_back(word);
    }
    const ProgramResult result = run(flags);
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    std::ofstream(path() / name) << result.output;
    return path() / name;
  }

  ProgramResult explain(const fs::path& a, const fs::path& b, const Words& flags,
                        const std::string& dtype = "float64") {
    Words words{"audit",   a.string(), b.string(),  "--out", "evidence",
                "--dtype", dtype,      "--explain", "--"};
    words.insert(words.end(), flags.begin(), flags.end());
    return run(words);
  }

  nlohmann::json explanation() const {
    return nlohmann::json::parse(read_bytes(path() / "evidence/metrics.json")).at("explanation");
  }

  // Names of the changes that reproduce the trace to be explained.
  Words found() const {
    Words names;
    const nlohmann::json all = explanation();
    for (const auto& row : all.at("reproduced_by")) names.push_back(row.at("name"));
    return names;
  }

  const fs::path& path() const { return folder_.path(); }

 private:
  ProgramResult run(const Words& words) {
    // An earlier run's cache must not stand in for -hkl.
    fs::remove(path() / "Fdump.bin");
    return run_program(words, path());
  }

  TemporaryFolder folder_;
};

class GoldenExplanation : public testing::TestWithParam<GoldenCase> {};

TEST_P(GoldenExplanation, NamesTheQuirkOrFindsNoDivergence) {
  const GoldenCase& golden = GetParam();
  const fs::path theirs = golden.folder / "trace.log";
  ExplainFolder folder;
  const fs::path ours = folder.trace("ours.log", golden.arguments, pixel_of(theirs));
  const auto quirk = quirks_seen().find(golden.name);
  const bool expected = quirk != quirks_seen().end();
  EXPECT_EQ(folder.explain(ours, theirs, golden.arguments).exit_code, expected ? 3 : 0);
  EXPECT_EQ(folder.found(), expected ? Words{quirk->second} : Words{});
  if (!expected) return;
  EXPECT_EQ(folder.explanation().at("base"), "physical");
  // The other way round, it starts from the reference's arithmetic.
  EXPECT_EQ(folder.explain(theirs, ours, golden.arguments).exit_code, 3);
  EXPECT_EQ(folder.found(), Words{quirk->second});
  EXPECT_EQ(folder.explanation().at("base"), "reference");
}

INSTANTIATE_TEST_SUITE_P(AllTraces, GoldenExplanation, testing::ValuesIn(traced_cases()),
                         [](const auto& instance) { return instance.param.name; });

// A mistake that flags can make: what the program that makes it is given besides its own flags.
struct FlagMistake {
  std::string name;
  std::string golden;
  Words flags;
};

void PrintTo(const FlagMistake& mistake, std::ostream* out) { *out << mistake.name; }

class ExplainedMistake : public testing::TestWithParam<FlagMistake> {};

TEST_P(ExplainedMistake, IsNamed) {
  const FlagMistake& mistake = GetParam();
  const GoldenCase golden = case_named(mistake.golden);
  Words wrong = golden.arguments;
  wrong.insert(wrong.end(), mistake.flags.begin(), mistake.flags.end());
  ExplainFolder folder;
  const Words pixel = pixel_of(golden.folder / "trace.log");
  const fs::path right = folder.trace("right.log", golden.arguments, pixel);
  EXPECT_EQ(
      folder.explain(right, folder.trace("wrong.log", wrong, pixel), golden.arguments).exit_code,
      3);
  EXPECT_THAT(folder.found(), Contains(mistake.name));
}

// With -twotheta, the pivot is decided by the same flag as without the mistake.
const std::vector<FlagMistake> kFlagMistakes{
    {"polarisation_left_out", "polar_095", {"-nopolar"}},
    {"misset_degrees_as_radians",
     "triclinic_misset",
     {"-misset", "859.436692696235", "1174.56348001819", "1733.19733027074"}},
    {"distance_times_1e+03", "polar_095", {"-distance", "90000"}},
    {"distance_times_1e-03", "polar_095", {"-distance", "0.09"}},
    {"pixel_times_1e-03", "polar_095", {"-pixel", "0.0006"}},
    {"detector_thick_times_1e+03", "absorption_5_layers", {"-detector_thick", "450000"}},
    {"swapped_beam_centre",
     "supervisor_small",
     {"-Xbeam", "14.1", "-Ybeam", "17.7", "-twotheta", "0"}},
};

INSTANTIATE_TEST_SUITE_P(ByFlags, ExplainedMistake, testing::ValuesIn(kFlagMistakes),
                         [](const auto& instance) {
                           std::string name = instance.param.name;
                           std::ranges::replace(name, '+', 'p');
                           std::ranges::replace(name, '-', 'm');
                           return name;
                         });

// A trace with the numbers of some lines multiplied, as a program with a mistake would print it.
std::string scaled_lines(const std::string& text, const Words& keys, double factor) {
  std::istringstream lines(text);
  std::ostringstream changed;
  changed.precision(15);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string tag, key;
    double number = 0.0;
    words >> tag >> key >> number;
    const bool wanted = std::ranges::find(keys, key) != keys.end();
    if (wanted) {
      changed << tag << " " << key << " " << number * factor << "\n";
    } else {
      changed << line << "\n";
    }
  }
  return changed.str();
}

TEST(ExplainedFactor, OfTheLastStepIsNamed) {
  const GoldenCase golden = case_named("mosaic_5_domains");
  ExplainFolder folder;
  const Words pixel = pixel_of(golden.folder / "trace.log");
  const fs::path right = folder.trace("right.log", golden.arguments, pixel);
  const Words finals{"I_pixel_final", "floatimage_accumulated"};
  const std::string text = read_bytes(right);

  std::ofstream(folder.path() / "undivided.log") << scaled_lines(text, finals, 5.0);
  folder.explain(right, folder.path() / "undivided.log", golden.arguments);
  EXPECT_THAT(folder.found(), Contains("steps_not_applied"));

  std::ofstream(folder.path() / "unpolarised.log")
      << scaled_lines(text, finals, 1.0 / 0.997732551708882);
  folder.explain(right, folder.path() / "unpolarised.log", golden.arguments);
  EXPECT_THAT(folder.found(), Contains("polarisation_not_applied"));
}

TEST(ExplainedNothing, IsSaid) {
  const GoldenCase golden = case_named("mosaic_5_domains");
  ExplainFolder folder;
  const Words pixel = pixel_of(golden.folder / "trace.log");
  const fs::path right = folder.trace("right.log", golden.arguments, pixel);
  std::ofstream(folder.path() / "odd.log") << scaled_lines(read_bytes(right), {"F_cell"}, 3.21);
  const ProgramResult result = folder.explain(right, folder.path() / "odd.log", golden.arguments);
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.output,
              AllOf(HasSubstr("changes alone, and of"),
                    HasSubstr("the first factor that stays unexplained is F_cell; of what it is "
                              "computed from, hkl_rounded agrees")));
  EXPECT_EQ(folder.found(), Words{});
}

TEST(ExplainedPixel, MustBeOnTheDetector) {
  const GoldenCase golden = case_named("cubic_default_F");
  ExplainFolder folder;
  const fs::path theirs = golden.folder / "trace.log";
  Words flags = golden.arguments;
  flags.insert(flags.end(), {"-detpixels", "16"});
  const ProgramResult result = folder.explain(theirs, theirs, flags);
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.errors, HasSubstr("pixel slow 20 fast 33 is outside the detector"));
}

class ExplainedRealTrace : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(real_)) GTEST_SKIP() << real_ << " is not here";
    for (const char* file : {"A.mat", "scaled.hkl"}) fs::copy(real_ / file, folder_.path());
    std::istringstream text(read_bytes(real_ / "supervisor.args"));
    flags_.assign(std::istream_iterator<std::string>(text), {});
  }
  fs::path ours(const Words& more) {
    Words flags = flags_;
    flags.insert(flags.end(), {"-roi", "1039", "1039", "685", "685"});
    flags.insert(flags.end(), more.begin(), more.end());
    return folder_.trace("ours.log", flags, {"685", "1039"});
  }

  const fs::path real_ = fs::path(NANOBRAGG_SHARED) / "real";
  ExplainFolder folder_;
  Words flags_;
};

TEST_F(ExplainedRealTrace, NamesTheCarryOverAndItsEffect) {
  const fs::path theirs = real_ / "trace_phi_from_zero.log";
  const ProgramResult result = folder_.explain(theirs, ours({}), flags_);
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(folder_.found(), Words{"phi_carry_over"});
  EXPECT_THAT(result.output, HasSubstr("I_before_scaling: B is -14.46 % from A"));
  EXPECT_THAT(result.output, HasSubstr("reuses the last step's lattice"));
}

// The flags fit one of them to the last digits of an angle alone, which is 0 there.
TEST_F(ExplainedRealTrace, NamesTheCarryOverBetweenTwoTracesOfTheProgram) {
  folder_.explain(real_ / "trace_phi_from_zero.log", real_ / "trace_phi_from_1e-9.log", flags_);
  EXPECT_EQ(folder_.found(), Words{"phi_carry_over"});
}

// The port places its detector otherwise; all the rest is single precision.
TEST_F(ExplainedRealTrace, NamesWhereAPortPlacesItsDetector) {
  const fs::path port = real_ / "trace_pytorch_port_float32.log";
  const Words words{"-dtype", "float32"};
  EXPECT_EQ(folder_.explain(ours(words), port, flags_, "float32").exit_code, 3);
  EXPECT_EQ(folder_.found(), Words{"distance_along_normal"});
}

// Two things at once: the carry-over of the C program's trace, and the detector of the port.
TEST_F(ExplainedRealTrace, NamesTheTwoDifferencesOfAPortFromTheProgram) {
  const fs::path port = real_ / "trace_pytorch_port_float32.log";
  folder_.explain(real_ / "trace_phi_from_zero.log", port, flags_, "float32");
  EXPECT_EQ(folder_.found(), Words{"distance_along_normal + phi_carry_over"});
  EXPECT_EQ(folder_.explanation().at("base"), "reference");
}

}  // namespace
}  // namespace nanobragg::test
