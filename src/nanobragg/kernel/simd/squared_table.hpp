// |F|² of all reflections that a panel can see, as the vectors look it up.
#pragma once

#include <vector>

#include "nanobragg/kernel/simd/row_task.hpp"

namespace nanobragg::kernel::simd {

// A dense copy in single precision over the box of indices that the panel reaches, so that looking
// up needs no bounds. Only where all amplitudes are not the same, and where it stays small.
class ReachableSquares {
 public:
  ReachableSquares(const plan::SamplingPlan& plan, std::size_t panel);

  // Refers to this object; without `squares` where there is no copy.
  SquaredTable table() const;

 private:
  double largest_q_ = 0.0;  // m⁻¹
  MillerBox box_;
  std::vector<float> squares_;
};

}  // namespace nanobragg::kernel::simd
