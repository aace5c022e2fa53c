// Lists sources with the orientations that they excite.
#include "nanobragg/kernel/pixel/active_sets.hpp"

#include <numeric>

namespace nanobragg::kernel {

ActiveSets::ActiveSets(const plan::PanelPlan& plan, std::size_t groups)
    : orientations_(plan.crystal.lattices.size()) {
  std::iota(orientations_.begin(), orientations_.end(), 0U);
  for (std::size_t i = 0; i < plan.beam.sources.size(); ++i) {
    sources_.push_back({i, orientations_.data(), orientations_.size()});
  }
  groups_.assign(groups, {sources_.data(), sources_.size()});
}

ActiveSets::ActiveSets(const plan::PanelPlan& plan, const ActivePairs& found, std::size_t first,
                       std::size_t groups) {
  std::size_t pairs = 0;
  for (std::size_t i = 0; i < groups; ++i) pairs += found.of_group(first + i).size();
  // Nothing moves once it is pointed to.
  orientations_.reserve(pairs);
  sources_.reserve(pairs);
  groups_.reserve(groups);
  const std::size_t orientations = plan.crystal.lattices.size();
  for (std::size_t i = 0; i < groups; ++i) {
    const std::size_t before = sources_.size();
    for (const std::uint32_t pair : found.of_group(first + i)) {
      const std::size_t source = pair / orientations;
      if (sources_.size() == before || sources_.back().source != source) {
        sources_.push_back({source, orientations_.data() + orientations_.size(), 0});
      }
      orientations_.push_back(static_cast<std::uint32_t>(pair % orientations));
      ++sources_.back().count;
    }
    groups_.push_back({sources_.data() + before, sources_.size() - before});
  }
}

}  // namespace nanobragg::kernel
