// A stream of uniform deviates: the generator of nanoBragg.c, as a value without shared state.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "nanobragg/base/contracts.hpp"

namespace nanobragg {

// The modulus of the minimal standard generator, 2³¹ − 1.
inline constexpr std::int64_t kMinimalStandardModulus = 2147483647;

// x·multiplier mod (2³¹ − 1), of numbers below it.
constexpr std::uint32_t minimal_standard_product(std::uint32_t x, std::uint32_t multiplier) {
  constexpr std::uint32_t kModulus = kMinimalStandardModulus;
  // The modulus is 2³¹ − 1, so that the bits above the 31st count as so many ones.
  const std::uint64_t product = std::uint64_t{x} * multiplier;
  const std::uint32_t folded =
      static_cast<std::uint32_t>(product & kModulus) + static_cast<std::uint32_t>(product >> 31);
  return std::min(folded, folded - kModulus);
}

// One step of the minimal standard generator, x ↦ 16807·x mod (2³¹ − 1), for 0 < x < 2³¹ − 1.
// Park & Miller (1988), Communications of the ACM 31, 1192.
constexpr std::int64_t minimal_standard_next(std::int64_t x) {
  return minimal_standard_product(static_cast<std::uint32_t>(x), 16807);
}

// The minimal standard generator behind a shuffle table (Bays & Durham (1976), ACM Transactions on
// Mathematical Software 2, 59). Streams of one seed are equal; copies go on independently.
class UniformStream {
 public:
  // Takes the number that a user gives; below 1 it counts as 1. The moduli of 2³¹ − 1 count as 1
  // too, because the generator would stay at zero.
  explicit UniformStream(std::int64_t seed);

  // What the reference draws where its number is below 0: it does not start a table of its own but
  // continues that of `before`, of which nothing is drawn yet, as it is after `drawn` deviates.
  // The generator stands at `state`, above 0 and below its modulus.
  static UniformStream taking_over(UniformStream before, std::size_t drawn, std::uint32_t state);

  // Above 0 and at most 1 − 1.2e-7, in single precision.
  float next() {
    if (position_ == kBlock) make_block();
    return deviates_[position_++];
  }

  // The deviates that the next calls of next() will give: some of them, at least one.
  std::span<const float> ahead() {
    if (position_ == kBlock) make_block();
    return std::span(deviates_).subspan(position_);
  }
  // Goes past some of those.
  void skip(std::size_t count) {
    NANOBRAGG_EXPECTS(count <= kBlock - position_);
    position_ += count;
  }

 private:
  static constexpr std::size_t kTableSize = 32;
  static constexpr std::size_t kBlock = 16;

  void make_block();
  // Puts the next number of the minimal standard into the table and takes out another.
  std::uint32_t shuffle(std::uint32_t state);

  std::size_t position_ = kBlock;
  std::array<float, kBlock> deviates_{};
  std::array<std::uint32_t, kBlock> states_;  // of the minimal standard, before they are shuffled
  std::array<std::uint32_t, kTableSize> table_;
  std::uint32_t last_;
};

// A stream that was drawn from before another.
struct EarlierStream {
  std::int64_t seed;
  std::size_t drawn;  // deviates
};

// The stream of a seed as the reference takes it (reference-behaviour, "Random numbers"): a number
// below 0 continues the table of the stream that was last drawn from, and counts as 1 where
// there is none. `earlier` stand in their order.
UniformStream stream_of(std::int64_t seed, std::span<const EarlierStream> earlier);

}  // namespace nanobragg
