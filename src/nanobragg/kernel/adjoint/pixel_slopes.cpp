// Collects derivatives by amplitudes.
#include "nanobragg/kernel/adjoint/pixel_slopes.hpp"

#include <algorithm>

namespace nanobragg::kernel {

void AmplitudeSlopes::move_to(std::size_t first, std::size_t count) {
  begin_ = first % kGroupPixels;
  group_ = first - begin_;
  count_ = count;
}

// Steps that follow each other see the same reflections nearly always.
void AmplitudeSlopes::add(std::size_t position, const double* by_pixel) {
  // A guess that may be old, or another's: then the position has one more entry.
  std::size_t& at = last_seen_[position % last_seen_.size()];
  const bool is_known =
      at < entries_.size() && entries_[at].position == position && entries_[at].first == group_;
  if (!is_known) {
    at = entries_.size();
    entries_.push_back({position, group_, {}});
  }
  auto& sums = entries_[at].by_pixel;
  for (std::size_t i = 0; i < count_; ++i) sums[begin_ + i] += by_pixel[i];
}

void PixelSlopes::make_dark() {
  if (is_dark) return;
  is_dark = true;
  is_of_stages = false;
  std::fill_n(photons, kBatchPixels, 0.0);
  std::fill_n(&by_input[0][0], plan::kPlanInputs * kRow, 0.0);
}

}  // namespace nanobragg::kernel
