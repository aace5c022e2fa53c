// The shuffled minimal standard generator.
#include "nanobragg/random/uniform_stream.hpp"

#include <algorithm>

#include "nanobragg/base/vector_clones.hpp"

namespace nanobragg {
namespace {

// A seed inside the cycle of the generator, which holds 1 … 2³¹ − 2.
std::int64_t usable_seed(std::int64_t seed) {
  if (seed < 1) return 1;
  const std::int64_t reduced = seed % kMinimalStandardModulus;
  return reduced == 0 ? 1 : reduced;
}

// multiplierⁿ modulo 2³¹ − 1.
constexpr std::uint32_t power(std::uint32_t multiplier, std::uint32_t n) {
  std::uint32_t result = 1;
  for (; n > 0; n /= 2) {
    if (n % 2 == 1) result = minimal_standard_product(result, multiplier);
    multiplier = minimal_standard_product(multiplier, multiplier);
  }
  return result;
}

// What takes the minimal standard that many steps on at once.
constexpr std::uint32_t multiplier_of_steps(std::size_t steps) {
  std::int64_t x = 1;
  for (std::size_t i = 0; i < steps; ++i) x = minimal_standard_next(x);
  return static_cast<std::uint32_t>(x);
}

float deviate_of(std::uint32_t number) {
  constexpr double kScale = 1.0 / static_cast<double>(kMinimalStandardModulus);
  // The product rounds up to 1 in single precision: it is kept below.
  constexpr auto kLargest = static_cast<float>(1.0 - 1.2e-7);
  return std::min(static_cast<float>(kScale * static_cast<std::int32_t>(number)), kLargest);
}

// The table's slot is in the highest bits of a number.
constexpr int kBinBits = 26;

}  // namespace

UniformStream::UniformStream(std::int64_t seed) {
  static_assert((1 + (kMinimalStandardModulus - 1) / kTableSize) == 1 << kBinBits);
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
  // The stream continues from here.
  std::copy(first.end() - kBlock, first.end(), states_.begin());
}

std::uint32_t UniformStream::shuffle(std::uint32_t state) {
  std::uint32_t& slot = table_[last_ >> kBinBits];
  last_ = slot;
  slot = state;
  return last_;
}

UniformStream UniformStream::taking_over(UniformStream before, std::size_t drawn,
                                         std::uint32_t state) {
  NANOBRAGG_EXPECTS(before.position_ == kBlock && state > 0 && state < kMinimalStandardModulus);
  std::int64_t last_state = before.states_.back();
  for (std::size_t i = 0; i < drawn; ++i) {
    last_state = minimal_standard_next(last_state);
    before.shuffle(static_cast<std::uint32_t>(last_state));
  }
  // A block begins with a step of all its states: they go back as many steps from the next ones.
  constexpr std::uint32_t kCycle = kMinimalStandardModulus - 1;
  constexpr std::uint32_t kBack = power(multiplier_of_steps(kBlock), kCycle - 1);
  std::int64_t next = state;
  for (std::uint32_t& slot : before.states_) {
    next = minimal_standard_next(next);
    slot = minimal_standard_product(static_cast<std::uint32_t>(next), kBack);
  }
  return before;
}

UniformStream stream_of(std::int64_t seed, std::span<const EarlierStream> earlier) {
  if (seed >= 0 || earlier.empty()) return UniformStream(seed);
  const auto [before, drawn] = earlier.back();
  const std::int64_t state = -(seed % kMinimalStandardModulus);
  return UniformStream::taking_over(stream_of(before, earlier.first(earlier.size() - 1)), drawn,
                                    static_cast<std::uint32_t>(state == 0 ? 1 : state));
}

// The shuffle waits for one number after the other: a block is short enough for the processor to do
// the arithmetic of the next meanwhile.
NANOBRAGG_VECTOR_CLONES
void UniformStream::make_block() {
  constexpr std::uint32_t kMultiplier = multiplier_of_steps(kBlock);
  for (std::uint32_t& state : states_) state = minimal_standard_product(state, kMultiplier);
  std::array<std::uint32_t, kBlock> shuffled;
  std::uint32_t last = last_;
  for (std::size_t i = 0; i < kBlock; ++i) {
    std::uint32_t& slot = table_[last >> kBinBits];
    last = slot;
    slot = states_[i];
    shuffled[i] = last;
  }
  last_ = last;
  std::ranges::transform(shuffled, deviates_.begin(), deviate_of);
  position_ = 0;
}

}  // namespace nanobragg
