// Possible and impossible unit cells.
#include "nanobragg/model/unit_cell.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"

namespace nanobragg {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

CellParameters<double> cell(double edge, double alpha, double beta, double gamma) {
  constexpr double kDegree = 1.0 / constants::kDegreesPerRadian;
  return {edge, edge, edge, alpha * kDegree, beta * kDegree, gamma * kDegree};
}

void expect_refusal(const CellParameters<double>& impossible, const std::string& reason) {
  EXPECT_THAT([&] { check(impossible); }, ThrowsMessage<Error>(HasSubstr(reason)));
}

TEST(UnitCell, MayBeSmallLargeAndOblique) {
  EXPECT_NO_THROW(check(cell(1, 90, 90, 90)));
  EXPECT_NO_THROW(check(cell(1e4, 60, 60, 60)));
  EXPECT_NO_THROW(check(cell(50, 119, 119, 119)));
  EXPECT_DOUBLE_EQ(volume(cell(10, 90, 90, 90)), 1000.0);
}

TEST(UnitCell, NeedsEdgesAndAngles) {
  expect_refusal(cell(0, 90, 90, 90), "an edge is not a positive length");
  expect_refusal(cell(10, 90, 90, 180), "an angle is not between 0 and 180°");
}

TEST(UnitCell, NeedsAnglesThatMeet) {
  expect_refusal(cell(10, 30, 30, 90), "these angles enclose no volume");
  expect_refusal(cell(10, 120, 120, 120), "these angles enclose no volume");
}

TEST(UnitCell, NeedsEdgesThatACrystalHas) {
  for (const double edge : {1e-120, 0.7, 2e5, 1e30, 1e200}) {
    expect_refusal(cell(edge, 90, 90, 90), "edges have 1 to 100000 Å");
  }
}

}  // namespace
}  // namespace nanobragg
