// The uniform stream: published values of the minimal standard, seeds out of range, value
// semantics.
#include "nanobragg/random/uniform_stream.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>
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

// The generator as it is published, a number at a time.
TEST(UniformStream, BlocksFollowEachOtherWithoutASeam) {
  std::int64_t x = 7;
  for (int i = 0; i < 8; ++i) x = minimal_standard_next(x);
  std::array<std::int64_t, 32> table{};
  for (std::size_t i = table.size(); i-- > 0;) table[i] = x = minimal_standard_next(x);
  std::int64_t last = table[0];
  UniformStream stream(7);
  for (int i = 0; i < 1000; ++i) {
    x = minimal_standard_next(x);
    std::int64_t& slot = table[static_cast<std::size_t>(last / 67108864)];
    last = slot;
    slot = x;
    const auto expected = static_cast<float>(static_cast<double>(last) / 2147483647.0);
    EXPECT_NEAR(stream.next(), expected, 1.3e-7) << i;
  }
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
