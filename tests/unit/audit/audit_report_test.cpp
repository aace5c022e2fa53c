// The choice of the tolerance, and the order of a report.
#include "nanobragg/audit/audit_report.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nanobragg::audit {
namespace {

using testing::Contains;
using testing::HasSubstr;

// A pixel's numbers with so many digits, each multiplied by 1 + relative.
template <class Real>
std::string trace_text(int digits, double relative) {
  std::string text;
  double value = 0.1234567890123;
  for (const char* key :
       {"R_distance_meters", "obliquity_factor", "omega_pixel_sr", "lambda_meters", "F_latt",
        "F_cell", "I_before_scaling", "polar", "omega_pixel", "I_pixel_final"}) {
    const auto printed = static_cast<double>(static_cast<Real>((1.0 + relative) * value));
    text += fmt::format("TRACE_PY: {} {:.{}g}\n", key, printed, digits);
    value *= 1.7;
  }
  return text;
}

template <class Real>
Audit audit_of(int digits, double relative) {
  return make_audit(parse_trace(trace_text<double>(15, 0.0), "A"),
                    parse_trace(trace_text<Real>(digits, relative), "B"));
}

TEST(ChosenTolerance, IsThatOfSinglePrecisionWhereATraceIs) {
  for (const int digits : {9, 15}) {
    const Audit audit = audit_of<float>(digits, 2e-6);
    EXPECT_EQ(audit.comparison.tolerance.relative, kSinglePrecision.relative);
    EXPECT_TRUE(audit.comparison.matches());
    EXPECT_THAT(audit.remarks, Contains(HasSubstr("compared as --dtype float32 does")));
  }
}

TEST(ChosenTolerance, IsThatOfSinglePrecisionWhereDigitsAreTooFewToTell) {
  EXPECT_TRUE(audit_of<double>(7, 2e-6).comparison.matches());
  EXPECT_FALSE(audit_of<double>(7, 2e-5).comparison.matches());
}

TEST(ChosenTolerance, IsThatOfDoublePrecisionElsewhere) {
  EXPECT_FALSE(audit_of<double>(15, 2e-6).comparison.matches());
}

TEST(AuditText, BeginsWithTheVerdict) {
  const std::string text = audit_text(audit_of<double>(15, 1e-3));
  EXPECT_LT(text.find("first divergence"), text.find("absolute"));
}

}  // namespace
}  // namespace nanobragg::audit
