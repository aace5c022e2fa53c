// The pixels of runs, numbered in the order of the runs, by their coordinates.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "nanobragg/kernel/interface/pixel_run.hpp"
#include "nanobragg/kernel/pixel/patch.hpp"
#include "nanobragg/model/sampling.hpp"

namespace nanobragg::kernel::sparse {

class NumberedPixels {
 public:
  // At least one run. They may come in any order, and overlap.
  explicit NumberedPixels(std::span<const PixelRun> runs);

  std::size_t count() const { return count_; }
  // The smallest region that holds all runs.
  const RegionOfInterest& bounds() const { return bounds_; }

  // Calls f(first, last) with the numbers of pixels that lie in a patch, those of a row of a run at
  // a time. The patch lies within the bounds.
  template <class F>
  void for_each_in(const Patch& patch, const F& f) const {
    for (std::size_t slow = patch.first.slow; slow <= patch.last.slow; ++slow) {
      const std::size_t row = slow - bounds_.first.slow;
      const std::span<const NumberedRun> runs(&runs_[rows_[row]], rows_[row + 1] - rows_[row]);
      const auto ends_before = [&](const NumberedRun& run) {
        return run.fast + longest_ <= patch.first.fast;
      };
      for (auto run = std::ranges::partition_point(runs, ends_before);
           run != runs.end() && run->fast <= patch.last.fast; ++run) {
        const std::size_t first = std::max(run->fast, patch.first.fast);
        const std::size_t end = std::min(run->fast + run->count, patch.last.fast + 1);
        if (first < end) f(run->number + first - run->fast, run->number + end - 1 - run->fast);
      }
    }
  }

 private:
  struct NumberedRun {
    std::size_t slow, fast, count;
    std::size_t number;  // of its first pixel
  };
  std::vector<NumberedRun> runs_;  // by slow, then by fast
  std::vector<std::size_t> rows_;  // where the runs of each row of the bounds begin; and the end
  std::size_t longest_ = 0;        // count of a run
  std::size_t count_ = 0;
  RegionOfInterest bounds_;
};

}  // namespace nanobragg::kernel::sparse
