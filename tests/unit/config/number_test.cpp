// Numbers: what is one, and that writing loses nothing.
#include "nanobragg/config/options/number.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace nanobragg::config {
namespace {

TEST(ParseNumber, TakesWholeDecimalTokens) {
  EXPECT_EQ(parse_number("0.1"), 0.1);
  EXPECT_EQ(parse_number("+5"), 5.0);
  EXPECT_EQ(parse_number("-1e-3"), -0.001);
  EXPECT_EQ(parse_number(".5"), 0.5);
  EXPECT_EQ(parse_number("5."), 5.0);
  EXPECT_EQ(parse_number("inf"), std::numeric_limits<double>::infinity());
}

TEST(ParseNumber, RefusesEverythingElse) {
  for (const char* token : {"", "+", "-", ".", "1,5", "1.5mm", " 1", "1 ", "0x10", "nan", "-nan",
                            "+-1", "--1", "++1", "1e", "1e999", "1d3", "ten"}) {
    EXPECT_FALSE(parse_number(token)) << "'" << token << "'";
  }
}

TEST(Shortest, ReadsBackAndLooksReal) {
  EXPECT_EQ(shortest(100.0), "100.0");
  EXPECT_EQ(shortest(0.1), "0.1");
  EXPECT_EQ(shortest(1e30), "1e+30");
  for (const double value : {1.0 / 3.0, 5e-324, 1.7976931348623157e308, -0.0, 123456789.0}) {
    const auto back = parse_number(shortest(value));
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, value);
    EXPECT_EQ(std::signbit(*back), std::signbit(value));
  }
}

}  // namespace
}  // namespace nanobragg::config
