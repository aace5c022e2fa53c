// Lists sources with the orientations that they excite.
#include "nanobragg/kernel/lights.hpp"

#include <numeric>

namespace nanobragg::kernel {

Lights::Lights(const plan::SamplingPlan& plan, std::size_t groups)
    : orientations_(plan.crystal.lattices.size()) {
  std::iota(orientations_.begin(), orientations_.end(), 0U);
  for (std::size_t i = 0; i < plan.beam.sources.size(); ++i) {
    sources_.push_back({i, orientations_.data(), orientations_.size()});
  }
  groups_.assign(groups, {sources_.data(), sources_.size()});
}

}  // namespace nanobragg::kernel
