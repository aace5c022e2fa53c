// Audits of traces that the C program and a port of it wrote.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "nanobragg/audit/audit_report.hpp"
#include "nanobragg/audit/chain.hpp"
#include "support/program.hpp"

namespace nanobragg::audit {
namespace {

namespace fs = std::filesystem;
using test::read_bytes;
using testing::Contains;
using testing::HasSubstr;

std::vector<fs::path> golden_traces() {
  std::vector<fs::path> traces;
  for (const auto& folder :
       fs::directory_iterator(fs::path(NANOBRAGG_TEST_DATA) / "golden/cases")) {
    if (fs::exists(folder.path() / "trace.log")) traces.push_back(folder.path() / "trace.log");
  }
  std::ranges::sort(traces);
  return traces;
}

Document read(const fs::path& file) { return parse_trace(read_bytes(file), file.filename()); }

// The entry with the largest of its numbers made one thousandth larger; whole numbers, one.
Entry perturbed(Entry entry) {
  const auto position = position_in_chain(entry.key);
  const bool exact = position && chain()[*position].measure == Measure::exact;
  const auto largest =
      std::ranges::max_element(entry.numbers, {}, [](double x) { return std::abs(x); });
  *largest = exact || *largest == 0.0 ? *largest + 1.0 : *largest * 1.001;
  return entry;
}

class GoldenTrace : public testing::TestWithParam<fs::path> {};

TEST_P(GoldenTrace, MatchesItself) {
  const Document document = read(GetParam());
  const Audit audit = make_audit(document, document, same_for_all(0.0));
  EXPECT_TRUE(audit.comparison.matches());
  EXPECT_EQ(audit.comparison.num_compared(), document.entries.size());
  ASSERT_TRUE(audit.factors);
  EXPECT_NEAR(audit.factors->closure_a, 1.0, 1e-12);
}

TEST_P(GoldenTrace, HoldsNoKeyThatTheChainDoesNotKnow) {
  for (const Entry& entry : read(GetParam()).entries) {
    if (entry.key == "source.source_index") continue;
    EXPECT_TRUE(position_in_chain(entry.key)) << entry.key;
  }
}

TEST_P(GoldenTrace, NamesAnyValueThatIsPerturbed) {
  const Document document = read(GetParam());
  for (std::size_t i = 0; i < document.entries.size(); ++i) {
    if (document.entries[i].numbers.empty()) continue;
    Document changed = document;
    changed.entries[i] = perturbed(document.entries[i]);
    const Comparison comparison = compare(document, changed, {});
    ASSERT_TRUE(comparison.first_divergence) << document.entries[i].key;
    const Difference& first = comparison.rows[*comparison.first_divergence];
    EXPECT_EQ(describe(first.key, first.at),
              describe(document.entries[i].key, document.entries[i].at));
    EXPECT_EQ(comparison.num_divergent(), 1U) << document.entries[i].key;
    EXPECT_EQ(first.cause, Cause::origin);
  }
}

INSTANTIATE_TEST_SUITE_P(AllTraces, GoldenTrace, testing::ValuesIn(golden_traces()),
                         [](const auto& instance) {
                           return instance.param.parent_path().filename().string();
                         });

class RealTraces : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(folder_)) GTEST_SKIP() << folder_ << " is not here";
  }
  Audit audit(const char* a, const char* b, const Tolerance& tolerance = {}) {
    return make_audit(read(folder_ / a), read(folder_ / b), tolerance);
  }
  const fs::path folder_ = fs::path(NANOBRAGG_SHARED) / "real";
};

TEST_F(RealTraces, OfTheSpindleFromZeroAndFromNearlyZeroDivergeInTheLatticeOfStepZero) {
  const Audit result = audit("trace_phi_from_1e-9.log", "trace_phi_from_zero.log");
  ASSERT_TRUE(result.comparison.first_divergence);
  const Difference& first = result.comparison.rows[*result.comparison.first_divergence];
  EXPECT_EQ(first.key, "rot_a_angstroms");
  EXPECT_EQ(first.agreement, Agreement::divergent);
  EXPECT_EQ(first.cause, Cause::origin);
  EXPECT_EQ(first.a->line, 43U);
  // Of the spindle steps, the first alone.
  for (const Difference& row : result.comparison.rows) {
    if (!row.at.phi_step) continue;
    EXPECT_EQ(row.diverges, *row.at.phi_step == 0 && row.key != "phi.phi_deg");
  }
  EXPECT_THAT(result.remarks, Contains(HasSubstr("step 0 reuses the last step's lattice")));
  EXPECT_EQ(result.factors->explained_by, "I_before_scaling");
  EXPECT_NEAR(result.factors->final_ratio, 943654.80923755 / 807189.780918724, 1e-12);
}

TEST_F(RealTraces, OfAPortInSinglePrecisionFirstDivergeInTheDetector) {
  const Audit result = audit("trace_phi_from_1e-9.log", "trace_pytorch_port_float32.log");
  EXPECT_EQ(result.program_b, "TRACE_PY");
  ASSERT_TRUE(result.comparison.first_divergence);
  const Difference& first = result.comparison.rows[*result.comparison.first_divergence];
  EXPECT_EQ(first.key, "pix0_vector_meters");
  EXPECT_EQ(first.agreement, Agreement::minor);
  EXPECT_EQ(result.comparison.count(Agreement::missing), 64U);
  EXPECT_THAT(result.remarks, Contains(HasSubstr("log: computed in single precision")));
  // Its I_before_scaling is what the C program would call polar times I_before_scaling.
  EXPECT_THAT(result.remarks, Contains(HasSubstr("I_before_scaling carries polar already")));
}

}  // namespace
}  // namespace nanobragg::audit
