// Widens the region of a panel.
#include "nanobragg/image/surroundings.hpp"

#include <algorithm>

#include "nanobragg/image/point_spread.hpp"

namespace nanobragg::image {
namespace {

RegionOfInterest widened(const RegionOfInterest& region, std::size_t by, ImageShape shape) {
  const auto before = [&](std::size_t at) { return at - std::min(at, by); };
  const auto behind = [&](std::size_t at, std::size_t size) {
    return at + std::min(size - 1 - at, by);
  };
  return {{before(region.first.slow), before(region.first.fast)},
          {behind(region.last.slow, shape.slow), behind(region.last.fast, shape.fast)}};
}

}  // namespace

Surroundings::Surroundings(const plan::PanelPlan& plan) : plan_(plan) {
  if (!plan.detector.point_spread) return;
  unmasked_ = plan.detector;
  unmasked_.mask = nullptr;
  const ImageShape shape = plan.panel.shape;
  const std::size_t reach =
      reach_of(*plan.detector.point_spread, plan.panel.pixel_size.value(), shape);
  whole_.emplace(plan::with_samples(plan, plan.beam, plan.crystal, unmasked_, plan.sampling));
  whole_->region = widened(plan.region, reach, shape);
}

plan::PanelPlan Surroundings::plan_of(const plan::CrystalSamples& crystal) const {
  return plan::with_samples(plan(), plan().beam, crystal, plan().detector, plan().sampling);
}

}  // namespace nanobragg::image
