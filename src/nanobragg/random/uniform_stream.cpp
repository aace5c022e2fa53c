// The shuffled minimal standard generator.
#include "nanobragg/random/uniform_stream.hpp"

#include <algorithm>

namespace nanobragg {
namespace {

// A seed inside the cycle of the generator, which holds 1 … 2³¹ − 2.
std::int64_t usable_seed(std::int64_t seed) {
  if (seed < 1) return 1;
  const std::int64_t reduced = seed % kMinimalStandardModulus;
  return reduced == 0 ? 1 : reduced;
}

// As many steps of the minimal standard at once as vectors have room for.
constexpr std::size_t kStride = 16;
constexpr std::uint32_t stride_multiplier() {
  std::int64_t x = 1;
  for (std::size_t i = 0; i < kStride; ++i) x = minimal_standard_next(x);
  return static_cast<std::uint32_t>(x);
}

float deviate_of(std::uint32_t number) {
  constexpr double kScale = 1.0 / static_cast<double>(kMinimalStandardModulus);
  // The product rounds up to 1 in single precision: it is kept below.
  constexpr auto kLargest = static_cast<float>(1.0 - 1.2e-7);
  return std::min(static_cast<float>(kScale * static_cast<std::int32_t>(number)), kLargest);
}

}  // namespace

UniformStream::UniformStream(std::int64_t seed) {
  constexpr std::size_t kWarmUps = 8;
  std::array<std::uint32_t, kWarmUps + kTableSize> first;
  std::int64_t state = usable_seed(seed);
  for (std::uint32_t& x : first) {
    state = minimal_standard_next(state);
    x = static_cast<std::uint32_t>(state);
  }
  // From the last entry to the first, as the reference fills it.
  std::reverse_copy(first.begin() + kWarmUps, first.end(), table_.begin());
  last_ = table_[0];
  // The stream goes on from here.
  std::copy(first.end() - kStride, first.end(), states_.end() - kStride);
}

void UniformStream::make_block() {
  constexpr std::uint32_t kMultiplier = stride_multiplier();
  for (std::size_t i = 0; i < kStride; ++i) {
    states_[i] = minimal_standard_product(states_[kBlock - kStride + i], kMultiplier);
  }
  for (std::size_t i = kStride; i < kBlock; ++i) {
    states_[i] = minimal_standard_product(states_[i - kStride], kMultiplier);
  }
  constexpr int kBinBits = 26;
  static_assert((1 + (kMinimalStandardModulus - 1) / kTableSize) == 1 << kBinBits);
  std::array<std::uint32_t, kBlock> shuffled;
  std::uint32_t last = last_;
  for (std::size_t i = 0; i < kBlock; ++i) {
    std::uint32_t& slot = table_[last >> kBinBits];
    last = slot;
    slot = states_[i];
    shuffled[i] = last;
  }
  last_ = last;
  for (std::size_t i = 0; i < kBlock; ++i) deviates_[i] = deviate_of(shuffled[i]);
  position_ = 0;
}

}  // namespace nanobragg
