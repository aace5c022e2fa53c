// The amplitude cache: its layout byte by byte, and every way it can be damaged.
#include "nanobragg/io/reflections/fdump.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "nanobragg/base/error.hpp"

namespace nanobragg::io {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

std::string bytes_of(const std::vector<double>& values) {
  std::string bytes(values.size() * sizeof(double), '\0');
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

// h 1 to 1, k 0 to 0, l −1 to 0, default 9: two amplitudes among ten values of padding.
const std::string kHeading = "1 1 0 0 -1 0\n\f";
const std::vector<double> kTable = {342.059, 1e-3, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9};

void expect_error(const std::string& bytes, const std::string& part) {
  EXPECT_THAT([&] { parse_fdump(bytes, "F.bin", 0.0); },
              ThrowsMessage<Error>(AllOf(HasSubstr("F.bin: "), HasSubstr(part))));
}

TEST(Fdump, SkipsThePadding) {
  const auto factors = parse_fdump(kHeading + bytes_of(kTable), "F.bin", 9.0);
  EXPECT_EQ(factors.box().min, (MillerIndex{1, 0, -1}));
  EXPECT_EQ(factors.box().max, (MillerIndex{1, 0, 0}));
  EXPECT_EQ(factors.at({1, 0, -1}), 342.059);
  EXPECT_EQ(factors.at({1, 0, 0}), 1e-3);
  EXPECT_EQ(factors.at({1, 0, 1}), 9.0);
}

TEST(Fdump, RefusesADamagedFirstLine) {
  expect_error("", "expected 6 limits of h, k, l, found 0");
  expect_error("1 1 0 zero", "expected 6 limits of h, k, l, found 3");
  expect_error("1 1 0 0 -1 99999999999\n\f", "found 5");
  expect_error("1 1 0 0 -1 0\n" + bytes_of(kTable), "no line feed and form feed");
  expect_error("1 1 0 0 1 0\n\f" + bytes_of(kTable), "a minimum exceeds its maximum");
}

TEST(Fdump, SaysHowManyBytesAreMissing) {
  const std::string whole = kHeading + bytes_of(kTable);
  expect_error(whole.substr(0, whole.size() - 1),
               "truncated table (expected 110 bytes, found 109)");
  expect_error(kHeading, "truncated table (expected 110 bytes, found 14)");
  expect_error(whole + "x", "overlong table (expected 110 bytes, found 111)");
}

TEST(Fdump, RefusesATableLargerThanTheMemoryBeforeMakingIt) {
  EXPECT_THAT([] { parse_fdump("0 99999 0 99999 0 99999\n\f", "F.bin", 0.0); },
              ThrowsMessage<Error>(HasSubstr("GB")));
  EXPECT_THAT(
      [] {
        parse_fdump("-2147483648 2147483647 -2147483648 2147483647 -2147483648 2147483647\n\f",
                    "F.bin", 0.0);
      },
      ThrowsMessage<Error>(HasSubstr("GB")));
}

TEST(Fdump, RecognisesTheOtherByteOrder) {
  std::string table = bytes_of(kTable);
  for (std::size_t i = 0; i < table.size(); i += sizeof(double)) {
    std::reverse(table.begin() + static_cast<long>(i), table.begin() + static_cast<long>(i) + 8);
  }
  expect_error(kHeading + table, "other byte order");
}

TEST(Fdump, RefusesValuesThatAreNoAmplitudes) {
  for (const double bad : {std::nan(""), HUGE_VAL, 1e200, 1e-310}) {
    std::vector<double> table = kTable;
    table[1] = bad;
    expect_error(kHeading + bytes_of(table), "is not an amplitude");
  }
}

}  // namespace
}  // namespace nanobragg::io
