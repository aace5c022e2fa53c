// nanobragg bench: a table and JSON of every kernel's speed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support/program.hpp"

namespace nanobragg::test {
namespace {

using testing::HasSubstr;

TEST(BenchCommand, ReportsEveryShapeInBothPrecisions) {
  const TemporaryFolder folder;
  const std::vector<std::string> arguments{"bench", "--seconds", "0", "--kernel", "simd"};
  const ProgramResult table = run_program(arguments, folder.path());
  ASSERT_EQ(table.exit_code, 0) << table.errors;
  auto as_json = arguments;
  as_json.emplace_back("--json");
  const ProgramResult result = run_program(as_json, folder.path());
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const auto report = nlohmann::json::parse(result.output);
  EXPECT_FALSE(report["environment"]["cpu_features"].empty());
  EXPECT_EQ(report["speeds"].size(), 14u);
  for (const auto& speed : report["speeds"]) {
    EXPECT_EQ(speed["kernel"], "simd");
    EXPECT_GT(speed["pixel_steps_per_second"].get<double>(), 0.0);
    EXPECT_THAT(table.output, HasSubstr(speed["work"].get<std::string>()));
  }
}

TEST(BenchCommand, KnowsWhichKernelsThereAre) {
  const TemporaryFolder folder;
  const ProgramResult result = run_program({"bench", "--kernel", "sind"}, folder.path());
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.errors, HasSubstr("unknown kernel 'sind'"));
}

}  // namespace
}  // namespace nanobragg::test
