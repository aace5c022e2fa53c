// The pixels that the light of an image comes from, where the detector spreads it.
#pragma once

#include <optional>

#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::image {

// A panel as it has to be rendered before its light is spread: the region with as many pixels
// around it as the point spread reaches, and those under the mask. Without point spread, the panel
// as it is. A view, like the plan that it is made from.
class Surroundings {
 public:
  explicit Surroundings(const plan::PanelPlan& plan);

  const plan::PanelPlan& plan() const { return whole_ ? *whole_ : plan_; }
  // The same with another lattice of the crystal.
  plan::PanelPlan plan_of(const plan::CrystalSamples& crystal) const;
  bool is_spread() const { return whole_.has_value(); }

 private:
  plan::PanelPlan plan_;
  plan::DetectorSamples unmasked_;
  std::optional<plan::PanelPlan> whole_;
};

}  // namespace nanobragg::image
