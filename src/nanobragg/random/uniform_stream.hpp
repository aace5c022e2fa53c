// A stream of uniform deviates: the generator of nanoBragg.c, as a value without shared state.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace nanobragg {

// The modulus of the minimal standard generator, 2³¹ − 1.
inline constexpr std::int64_t kMinimalStandardModulus = 2147483647;

// One step of the minimal standard generator, x ↦ 16807·x mod (2³¹ − 1), for 0 < x < 2³¹ − 1.
// Park & Miller (1988), Communications of the ACM 31, 1192.
constexpr std::int64_t minimal_standard_next(std::int64_t x) {
  // The modulus is 2³¹ − 1, so that the bits above the 31st count as so many ones.
  const std::int64_t product = 16807 * x;
  const std::int64_t folded = (product & kMinimalStandardModulus) + (product >> 31);
  return folded >= kMinimalStandardModulus ? folded - kMinimalStandardModulus : folded;
}

// The minimal standard generator behind a shuffle table (Bays & Durham (1976), ACM Transactions on
// Mathematical Software 2, 59). Streams of one seed are equal; copies go on independently.
class UniformStream {
 public:
  // Takes the number that a user gives; below 1 it counts as 1. The moduli of 2³¹ − 1 count as 1
  // too, because the generator would stay at zero.
  explicit UniformStream(std::int64_t seed);

  // Above 0 and at most 1 − 1.2e-7, in single precision.
  float next();

 private:
  static constexpr std::size_t kTableSize = 32;

  std::int64_t state_;
  std::int64_t last_;
  std::array<std::int64_t, kTableSize> table_;
};

inline float UniformStream::next() {
  state_ = minimal_standard_next(state_);
  constexpr std::int64_t kBinWidth = 1 + (kMinimalStandardModulus - 1) / kTableSize;
  std::int64_t& slot = table_[static_cast<std::size_t>(last_ / kBinWidth)];
  last_ = slot;
  slot = state_;

  constexpr double kScale = 1.0 / static_cast<double>(kMinimalStandardModulus);
  // The product rounds up to 1 in single precision: it is kept below.
  constexpr double kLargest = 1.0 - 1.2e-7;
  const auto deviate = static_cast<float>(kScale * static_cast<double>(last_));
  return deviate > kLargest ? static_cast<float>(kLargest) : deviate;
}

}  // namespace nanobragg
