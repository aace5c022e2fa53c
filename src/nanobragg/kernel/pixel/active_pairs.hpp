// Which pairs of source and orientation are active for which pixels of a panel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "nanobragg/kernel/interface/pixel_run.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::kernel {

// For each group of kGroupPixels pixels, in the order of their runs, the pairs that are active
// for any of them. Pairs are numbered: those of the first source with each orientation, of the
// second, …
class ActivePairs {
 public:
  // The groups for which some consecutive pairs are active.
  struct Part {
    std::vector<std::uint32_t> groups;  // of each pair in turn, each once
    std::vector<std::size_t> ends;      // of each pair in `groups`
  };
  ActivePairs(std::span<const Part> parts, std::size_t groups);

  // Ascending; none beyond the last group.
  std::span<const std::uint32_t> of_group(std::size_t group) const {
    if (group + 1 >= begin_.size()) return {};
    return std::span(pairs_).subspan(begin_[group], begin_[group + 1] - begin_[group]);
  }

 private:
  std::vector<std::size_t> begin_;  // of each group in `pairs_`
  std::vector<std::uint32_t> pairs_;
};

// How a kernel finds what is active for the pixels of runs. Both throw UsageError where it cannot.
struct ActiveFinder {
  // Into how many parts to cut the runs so that finding takes little memory; 0 where going through
  // all pairs is expected to be faster.
  std::size_t (*parts)(const plan::PanelPlan& plan, std::span<const PixelRun> runs);
  // The same on any number of threads. At least one run.
  ActivePairs (*find)(const plan::PanelPlan& plan, std::span<const PixelRun> runs,
                      std::size_t threads);
};

}  // namespace nanobragg::kernel
