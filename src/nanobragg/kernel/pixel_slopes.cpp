// Collects derivatives by amplitudes.
#include "nanobragg/kernel/pixel_slopes.hpp"

#include <algorithm>

namespace nanobragg::kernel {

void AmplitudeSlopes::move_to(std::size_t first, std::size_t count) {
  first_ = first;
  count_ = count;
}

// Steps that follow each other see the same reflections nearly always.
void AmplitudeSlopes::add(std::size_t position, const double* by_pixel) {
  // A guess that may be old, or another's: then the position has one more entry.
  std::size_t& at = last_seen_[position % last_seen_.size()];
  const bool is_known =
      at < entries_.size() && entries_[at].position == position && entries_[at].first == first_;
  if (!is_known) {
    at = entries_.size();
    entries_.push_back({position, first_, {}});
  }
  auto& sums = entries_[at].by_pixel;
  for (std::size_t i = 0; i < count_; ++i) sums[i] += by_pixel[i];
}

}  // namespace nanobragg::kernel
