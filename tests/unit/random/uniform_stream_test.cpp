// The uniform stream: published values of the minimal standard, seeds out of range, value
// semantics.
#include "nanobragg/random/uniform_stream.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace nanobragg {
namespace {

std::vector<float> first(UniformStream stream, std::size_t count) {
  std::vector<float> deviates(count);
  for (float& deviate : deviates) deviate = stream.next();
  return deviates;
}

TEST(UniformStream, MinimalStandardHasItsTenThousandthValue) {
  std::int64_t x = 1;
  for (int i = 0; i < 10000; ++i) x = minimal_standard_next(x);
  EXPECT_EQ(x, 1043618065);  // Park & Miller (1988), table of the test program
}

TEST(UniformStream, MinimalStandardStaysInItsCycleAtTheEnds) {
  EXPECT_EQ(minimal_standard_next(1), 16807);
  EXPECT_EQ(minimal_standard_next(kMinimalStandardModulus - 1), kMinimalStandardModulus - 16807);
}

TEST(UniformStream, SeedsThatTheGeneratorCannotHaveCountAsOne) {
  const auto expected = first(UniformStream(1), 100);
  for (const std::int64_t seed :
       {std::int64_t{0}, std::int64_t{-5}, std::numeric_limits<std::int64_t>::min(),
        kMinimalStandardModulus, 3 * kMinimalStandardModulus}) {
    EXPECT_EQ(first(UniformStream(seed), 100), expected) << seed;
  }
}

TEST(UniformStream, LargeSeedsStayInsideTheInterval) {
  for (const float deviate :
       first(UniformStream(std::numeric_limits<std::int64_t>::max()), 10000)) {
    ASSERT_GT(deviate, 0.0F);
    ASSERT_LT(deviate, 1.0F);
  }
}

// The generator as it is published, a number at a time, with one table for all numbers that are
// handed to it: a number of at most 0 starts the table anew, as does the first.
class PublishedGenerator {
 public:
  double next(std::int64_t& number) {
    if (number <= 0 || !last_) start(number);
    number = minimal_standard_next(number);
    std::int64_t& slot = table_[static_cast<std::size_t>(*last_ / 67108864)];
    last_ = slot;
    slot = number;
    return static_cast<double>(*last_) / 2147483647.0;
  }

 private:
  void start(std::int64_t& number) {
    number = std::max(-number, std::int64_t{1});
    for (int i = 0; i < 8; ++i) number = minimal_standard_next(number);
    for (std::size_t i = table_.size(); i-- > 0;)
      table_[i] = number = minimal_standard_next(number);
    last_ = table_[0];
  }

  std::array<std::int64_t, 32> table_{};
  std::optional<std::int64_t> last_;
};

TEST(UniformStream, BlocksFollowEachOtherWithoutASeam) {
  PublishedGenerator published;
  std::int64_t number = -7;
  UniformStream stream(7);
  for (int i = 0; i < 1000; ++i) EXPECT_NEAR(stream.next(), published.next(number), 1.3e-7) << i;
}

// The reference negates what a user gives, so that a number below 0 does not start a table.
TEST(UniformStream, NumbersBelowZeroGoOnWithTheTableOfTheStreamBefore) {
  for (const std::size_t drawn : {0U, 1U, 15U, 16U, 17U, 33U, 300U}) {
    PublishedGenerator published;
    std::int64_t setting = 5;
    for (int i = 0; i < 3; ++i) published.next(setting);
    std::int64_t mosaic = -12345;
    for (std::size_t i = 0; i < drawn; ++i) published.next(mosaic);
    std::int64_t noise = 77;
    const std::array earlier{EarlierStream{-5, 3}, EarlierStream{12345, drawn}};
    UniformStream stream = stream_of(-77, drawn == 0 ? std::span(earlier).first(1) : earlier);
    for (int i = 0; i < 100; ++i) {
      EXPECT_NEAR(stream.next(), published.next(noise), 1.3e-7) << drawn << ": " << i;
    }
  }
  EXPECT_EQ(first(stream_of(-77, {}), 20), first(UniformStream(1), 20));
}

TEST(UniformStream, SeveralNumbersBelowZeroGoOnWithOneTable) {
  PublishedGenerator published;
  std::int64_t setting = 5;
  for (int i = 0; i < 3; ++i) published.next(setting);
  std::int64_t mosaic = 9;
  for (int i = 0; i < 12; ++i) published.next(mosaic);
  std::int64_t noise = 2147483646;
  const std::array earlier{EarlierStream{-5, 3}, EarlierStream{-9, 12}};
  UniformStream stream = stream_of(-2147483646, earlier);
  for (int i = 0; i < 100; ++i) EXPECT_NEAR(stream.next(), published.next(noise), 1.3e-7) << i;
}

TEST(UniformStream, CopiesGoOnIndependently) {
  UniformStream original(7);
  original.next();
  UniformStream copy = original;
  const auto expected = first(original, 50);
  copy.next();
  EXPECT_EQ(first(original, 50), expected);
  EXPECT_EQ(copy.next(), expected[1]);
}

TEST(UniformStream, SeedsDiffer) {
  EXPECT_NE(first(UniformStream(1), 10), first(UniformStream(2), 10));
}

}  // namespace
}  // namespace nanobragg
