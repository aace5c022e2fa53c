// |F|² of all reflections that a panel can see, as the vectors look it up.
#pragma once

#include <vector>

#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::kernel {

// |F|² in single precision for all reflections that the panel can see, whether the data name them
// or not: at h·stride_h + k·stride_k + l + origin, for scattering vectors up to `largest_q`. Null
// where there is none (ReachableSquares).
struct SquaredTable {
  const float* squares = nullptr;
  double largest_q = 0.0;  // m⁻¹
  double stride_h = 0.0, stride_k = 0.0, origin = 0.0;
};

// A dense copy in single precision over the box of indices that the panel reaches, so that looking
// up needs no bounds. Only where all amplitudes are not the same, and where it would stay small for
// all pixels of the panel.
class ReachableSquares {
 public:
  ReachableSquares(const plan::PanelPlan& plan);

  // Refers to this object; without `squares` where there is no copy.
  SquaredTable table() const;

 private:
  double largest_q_ = 0.0;  // m⁻¹
  MillerBox box_;
  std::vector<float> squares_;
};

}  // namespace nanobragg::kernel
