// Numbers and lines in text, as the readers of text formats take them.
#include "nanobragg/io/files/text.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace nanobragg::io {
namespace {

TEST(NumberPrefix, ReadsAsScanfDoes) {
  EXPECT_EQ(number_prefix("1.5e3x")->value, 1500.0);
  EXPECT_EQ(number_prefix("1.5e3x")->length, 5U);
  EXPECT_EQ(number_prefix("+2")->value, 2.0);
  EXPECT_EQ(number_prefix("+2")->length, 2U);
  EXPECT_EQ(number_prefix(".5")->value, 0.5);
  EXPECT_TRUE(std::isnan(number_prefix("nan")->value));
  for (const auto* junk : {"", " 1", "+-1", "++1", "x", "+", "-"})
    EXPECT_FALSE(number_prefix(junk));
}

TEST(NumberPrefix, KnowsTooLargeFromTooSmall) {
  EXPECT_EQ(number_prefix("-1e999")->value, -INFINITY);
  EXPECT_EQ(number_prefix("1e-999")->value, 0.0);
  EXPECT_EQ(number_prefix("+1e999 2")->length, 6U);
}

TEST(IntegerPrefix, StopsAtThePoint) {
  EXPECT_EQ(integer_prefix("-12.5")->value, -12);
  EXPECT_EQ(integer_prefix("-12.5")->length, 3U);
  EXPECT_EQ(integer_prefix("+7")->value, 7);
  EXPECT_FALSE(integer_prefix(".5"));
  EXPECT_FALSE(integer_prefix("99999999999999999999"));
}

TEST(LineReader, NumbersLinesFromOne) {
  LineReader lines("a\n\nb");
  EXPECT_EQ(lines.next()->text, "a");
  EXPECT_EQ(lines.next()->text, "");
  const auto last = lines.next();
  EXPECT_EQ(last->text, "b");
  EXPECT_EQ(last->number, 3U);
  EXPECT_FALSE(lines.next());
  EXPECT_EQ(line_number_at("a\n\nb", 3), 3U);
}

TEST(QuotedWord, IsFitForAConsole) {
  EXPECT_EQ(quoted_word("  ab cd"), "'ab'");
  EXPECT_EQ(quoted_word("\x1b[31m\xff"), "'?[31m?'");
  EXPECT_EQ(quoted_word(std::string(100, 'x')), "'" + std::string(24, 'x') + "...'");
}

TEST(Trim, TakesSpacesFromBothEnds) {
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
}

}  // namespace
}  // namespace nanobragg::io
