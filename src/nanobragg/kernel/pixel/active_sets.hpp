// What is active for the pixels of a chunk, and the arrays that this points to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "nanobragg/kernel/pixel/active.hpp"
#include "nanobragg/kernel/pixel/active_pairs.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::kernel {

class ActiveSets {
 public:
  // Every source and every orientation, for each of `groups` groups of pixels.
  ActiveSets(const plan::PanelPlan& plan, std::size_t groups);
  // What was found for `groups` groups from `first` on.
  ActiveSets(const plan::PanelPlan& plan, const ActivePairs& found, std::size_t first,
             std::size_t groups);
  ActiveSets(const ActiveSets&) = delete;
  ActiveSets& operator=(const ActiveSets&) = delete;

  const Active* data() const { return groups_.data(); }

 private:
  std::vector<std::uint32_t> orientations_;
  std::vector<ActiveSource> sources_;
  std::vector<Active> groups_;
};

}  // namespace nanobragg::kernel
