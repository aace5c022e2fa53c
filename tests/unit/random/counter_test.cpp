// Deviates by number: published output of SplitMix64 and the ends of the interval.
#include "nanobragg/random/counter.hpp"

#include <gtest/gtest.h>

namespace nanobragg {
namespace {

TEST(Counter, PutsOutSplitMix64) {
  // The first numbers of SplitMix64 from seed 1234567, as its reference implementation gives them.
  EXPECT_EQ(bits_at(1234567, 0), 6457827717110365317ULL);
  EXPECT_EQ(bits_at(1234567, 1), 3203168211198807973ULL);
  EXPECT_EQ(bits_at(1234567, 2), 9817491932198370423ULL);
}

TEST(Counter, EndsOfTheIntervalAreOutOfReach) {
  // The smallest and the largest that the conversion can make of 64 bits.
  const auto convert = [](std::uint64_t bits) {
    return (static_cast<double>(bits >> 12) + 0.5) * 0x1p-52;
  };
  static_assert(uniform_at(9, 4) > 0.0 && uniform_at(9, 4) < 1.0);
  EXPECT_EQ(uniform_at(9, 4), convert(bits_at(9, 4)));
  EXPECT_GT(convert(0), 0.0);
  EXPECT_LT(convert(~std::uint64_t{0}), 1.0);
}

TEST(Counter, SeedAndCounterBothMatter) {
  EXPECT_NE(uniform_at(1, 0), uniform_at(2, 0));
  EXPECT_NE(uniform_at(1, 0), uniform_at(1, 1));
}

}  // namespace
}  // namespace nanobragg
