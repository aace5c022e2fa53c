// The command line of nanobragg audit: exit codes, messages and files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "support/program.hpp"

namespace nanobragg::test {
namespace {

using testing::HasSubstr;

constexpr const char* kTrace =
    "TRACE_C: hkl_frac 1 2 3\nTRACE_C: polar 0.5\nTRACE_C: I_before_scaling 8\n"
    "TRACE_C: I_pixel_final 4\n";

class AuditProgram : public testing::Test {
 protected:
  void SetUp() override {
    write("a.log", kTrace);
    write("same.log", kTrace);
    write("other.log",
          "TRACE_PY: hkl_frac 1 2 3\nTRACE_PY: polar 0.75\nTRACE_PY: I_before_scaling 8\n"
          "TRACE_PY: I_pixel_final 6\n");
  }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
  }
  ProgramResult audit(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "audit");
    return run_program(arguments, folder_.path());
  }
  std::filesystem::path path(const std::string& name) const { return folder_ / name; }

 private:
  TemporaryFolder folder_;
};

TEST_F(AuditProgram, Returns0WhereTracesMatch) {
  const ProgramResult result = audit({"a.log", "same.log"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.output, HasSubstr("no divergence: 4 values agree within 1e-06 relative"));
}

TEST_F(AuditProgram, Returns3AndNamesTheFirstDivergence) {
  const ProgramResult result = audit({"a.log", "other.log"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.output, HasSubstr("first divergence: polar in stage scaling, CRITICAL"));
  EXPECT_THAT(result.output, HasSubstr("the ratio of I_pixel_final comes from polar"));
}

TEST_F(AuditProgram, ObeysTheTolerance) {
  EXPECT_EQ(audit({"a.log", "other.log", "--tolerance", "0.4"}).exit_code, 0);
}

TEST_F(AuditProgram, WritesSummaryAndMetrics) {
  EXPECT_EQ(audit({"a.log", "other.log", "--out", "evidence/one"}).exit_code, 3);
  const std::string summary = read_bytes(path("evidence/one/summary.md"));
  EXPECT_THAT(summary, HasSubstr("**first divergence: polar"));
  EXPECT_THAT(summary, HasSubstr("| lattice | hkl_frac | 1 2 3 | 1 2 3 | 0 | 0 | MATCH |"));
  const auto metrics = nlohmann::json::parse(read_bytes(path("evidence/one/metrics.json")));
  EXPECT_EQ(metrics["first_divergence"], "polar");
  EXPECT_EQ(metrics["tolerance_rel"], 1e-6);
  EXPECT_EQ(metrics["num_divergent"], 2);
  EXPECT_EQ(metrics["factors"][1]["name"], "polar");
  EXPECT_EQ(metrics["factors"][1]["ratio"], 1.5);
  EXPECT_EQ(metrics["rows"].size(), 4U);
}

TEST_F(AuditProgram, Returns1ForWhatCannotBeRead) {
  const ProgramResult missing = audit({"a.log", "nowhere.log", "--out", "evidence"});
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(missing.errors, HasSubstr("nowhere.log"));
  // The folder says what happened.
  EXPECT_THAT(read_bytes(path("evidence/attempt_failed.log")), HasSubstr("nowhere.log"));

  // An audit that succeeds leaves nothing of that, and the next failure leaves what it said.
  EXPECT_EQ(audit({"a.log", "same.log", "--out", "evidence"}).exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(path("evidence/attempt_failed.log")));
  EXPECT_EQ(audit({"a.log", "nowhere.log", "--out", "evidence"}).exit_code, 1);
  EXPECT_TRUE(std::filesystem::exists(path("evidence/summary.md")));
  EXPECT_TRUE(std::filesystem::exists(path("evidence/metrics.json")));
  EXPECT_THAT(audit({"a.log", "same.log", "--out", "a.log"}).errors,
              HasSubstr("cannot make folder 'a.log'"));

  write("twice.log", "TRACE_C: polar 1\nTRACE_C: polar 2\n");
  const ProgramResult twice = audit({"a.log", "twice.log"});
  EXPECT_EQ(twice.exit_code, 1);
  EXPECT_THAT(twice.errors, HasSubstr("twice.log:2: 'polar' repeated with another value"));

  write("empty.log", "no trace here\n");
  EXPECT_EQ(audit({"empty.log", "a.log"}).exit_code, 1);
}

TEST_F(AuditProgram, Returns2ForWrongUsage) {
  const std::vector<std::vector<std::string>> wrong{
      {},
      {"a.log"},
      {"a.log", "same.log", "third.log"},
      {"a.log", "same.log", "--colour"},
      {"a.log", "same.log", "--tolerance", "-1"},
      {"a.log", "same.log", "--tolerance", "nan"},
      {"a.log", "same.log", "--pixel", "1"},
      {"a.log", "same.log", "--pixel", "-1", "1"},
      {"a.log", "same.log", "--dtype", "float16"},
      {"a.log", "same.log", "--explain", "--config", "nowhere"},
      {"a.log", "same.log", "--explain"},
      {"a.log", "same.log", "--", "-cell", "70"},
      {"a.log", "same.log", "--explain", "--", "-cell", "70"},
  };
  for (const auto& arguments : wrong) {
    const ProgramResult result = audit(arguments);
    EXPECT_EQ(result.exit_code, 2) << testing::PrintToString(arguments);
    EXPECT_NE(result.errors, "");
  }
}

TEST_F(AuditProgram, ExplainsItself) {
  const ProgramResult result = audit({"--help"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.output, HasSubstr("--explain"));
}

}  // namespace
}  // namespace nanobragg::test
