// Constants as they are typed in wrong.
#include "nanobragg/audit/mistyped.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace nanobragg::audit {
namespace {

std::vector<std::string> texts_of(const char* number) {
  std::vector<std::string> texts;
  for (const TypedNumber& one : mistyped(number)) texts.push_back(one.text);
  return texts;
}

TEST(Mistyped, HasFewerDigitsCutOffOrRounded) {
  EXPECT_THAT(texts_of("3.1415926535898"),
              testing::IsSupersetOf({"3", "3.14", "3.1415", "3.1416", "3.141593"}));
  EXPECT_THAT(texts_of("7.94079248e-30"), testing::IsSupersetOf({"7.9e-30", "7.941e-30"}));
}

TEST(Mistyped, HasOneSlip) {
  EXPECT_THAT(texts_of("12398.42"), testing::IsSupersetOf({"12398.4", "12398", "13298.42",
                                                           "22398.42", "1398.42", "112398.42"}));
}

TEST(Mistyped, HasEachValueOnceAndNotItsOwn) {
  std::vector<double> values;
  for (const TypedNumber& one : mistyped("0.63")) values.push_back(one.value);
  EXPECT_THAT(values, testing::Not(testing::Contains(0.63)));
  std::ranges::sort(values);
  EXPECT_EQ(std::ranges::adjacent_find(values), values.end());
  EXPECT_THAT(mistyped("18"), testing::Not(testing::IsEmpty()));
}

}  // namespace
}  // namespace nanobragg::audit
