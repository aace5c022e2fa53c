// Every golden command line through -show_config and -config, and through a file of its experiment,
// in both modes.
#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "golden/case_folder.hpp"
#include "golden/golden_cases.hpp"
#include "support/program.hpp"

namespace nanobragg::test {
namespace {

namespace fs = std::filesystem;

class ConfigRoundTrip : public testing::TestWithParam<std::tuple<GoldenCase, std::string>> {};

// The outputs in the folder, which are then removed.
std::map<std::string, std::string> take_outputs(const fs::path& folder) {
  std::map<std::string, std::string> bytes;
  for (const char* file : kCaseOutputs) {
    if (!fs::exists(folder / file)) continue;
    bytes[file] = read_bytes(folder / file);
    fs::remove(folder / file);
  }
  return bytes;
}

TEST_P(ConfigRoundTrip, GivesTheSameFiles) {
  const auto& [golden, mode] = GetParam();
  CaseFolder folder;
  folder.run(golden.arguments, {"-compat", mode});
  const auto expected = take_outputs(folder.path());
  ASSERT_FALSE(expected.empty());

  const std::string toml = folder.run(golden.arguments, {"-compat", mode, "-show_config"});
  EXPECT_TRUE(take_outputs(folder.path()).empty()) << "-show_config wrote an image";
  std::ofstream(folder.path() / "run.toml") << toml;
  fs::remove(folder.path() / "Fdump.bin");
  const ProgramResult again = run_program({"-config", "run.toml"}, folder.path());
  ASSERT_EQ(again.exit_code, 0) << again.errors;

  const auto found = take_outputs(folder.path());
  ASSERT_EQ(found.size(), expected.size());
  for (const auto& [file, bytes] : expected) EXPECT_TRUE(found.at(file) == bytes) << file;
}

// The same through a file of the whole experiment: the photons, and the file once more.
TEST_P(ConfigRoundTrip, GivesTheSameExperiment) {
  const auto& [golden, mode] = GetParam();
  CaseFolder folder;
  folder.run(golden.arguments, {"-compat", mode, "-out", "e.json"});
  const std::string photons = take_outputs(folder.path()).at("float.bin");
  const ProgramResult again =
      run_program({"-experiment_file", "e.json", "-floatfile", "float.bin", "-out", "again.json"},
                  folder.path());
  ASSERT_EQ(again.exit_code, 0) << again.errors;
  EXPECT_TRUE(take_outputs(folder.path()).at("float.bin") == photons);
  EXPECT_TRUE(read_bytes(folder.path() / "again.json") == read_bytes(folder.path() / "e.json"));
}

INSTANTIATE_TEST_SUITE_P(AllCases, ConfigRoundTrip,
                         testing::Combine(testing::ValuesIn(golden_cases()),
                                          testing::Values("physical", "reference")),
                         [](const auto& instance) {
                           return std::get<0>(instance.param).name + "_" +
                                  std::get<1>(instance.param);
                         });

}  // namespace
}  // namespace nanobragg::test
