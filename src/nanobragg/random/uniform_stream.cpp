// The shuffled minimal standard generator.
#include "nanobragg/random/uniform_stream.hpp"

namespace nanobragg {
namespace {

// A seed inside the cycle of the generator, which holds 1 … 2³¹ − 2.
std::int64_t usable_seed(std::int64_t seed) {
  if (seed < 1) return 1;
  const std::int64_t reduced = seed % kMinimalStandardModulus;
  return reduced == 0 ? 1 : reduced;
}

}  // namespace

UniformStream::UniformStream(std::int64_t seed) : state_(usable_seed(seed)) {
  constexpr int kWarmUps = 8;
  for (int i = 0; i < kWarmUps; ++i) state_ = minimal_standard_next(state_);
  // From the last entry to the first, as the reference fills it.
  for (std::size_t i = kTableSize; i-- > 0;) {
    state_ = minimal_standard_next(state_);
    table_[i] = state_;
  }
  last_ = table_[0];
}

}  // namespace nanobragg
