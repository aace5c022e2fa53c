// Sorts runs into rows.
#include "nanobragg/kernel/sparse/numbered_pixels.hpp"

#include <tuple>

#include "nanobragg/base/contracts.hpp"

namespace nanobragg::kernel::sparse {

NumberedPixels::NumberedPixels(std::span<const PixelRun> runs) {
  NANOBRAGG_EXPECTS(!runs.empty());
  bounds_ = {runs.front().first, runs.front().first};
  auto& [first, last] = bounds_;
  for (const PixelRun& run : runs) {
    runs_.push_back({run.first.slow, run.first.fast, run.count, count_});
    count_ += run.count;
    longest_ = std::max(longest_, run.count);
    first = {std::min(first.slow, run.first.slow), std::min(first.fast, run.first.fast)};
    last = {std::max(last.slow, run.first.slow),
            std::max(last.fast, run.first.fast + run.count - 1)};
  }
  std::ranges::sort(
      runs_, {}, [](const NumberedRun& run) { return std::tuple(run.slow, run.fast, run.number); });
  auto run = runs_.begin();
  for (std::size_t slow = first.slow; slow <= last.slow; ++slow) {
    rows_.push_back(static_cast<std::size_t>(run - runs_.begin()));
    while (run != runs_.end() && run->slow == slow) ++run;
  }
  rows_.push_back(runs_.size());
}

}  // namespace nanobragg::kernel::sparse
