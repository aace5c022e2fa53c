// What lights up the pixels of a chunk, and the arrays that this points to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "nanobragg/kernel/light.hpp"
#include "nanobragg/kernel/lit_pairs.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::kernel {

class Lights {
 public:
  // Every source and every orientation, for each of `groups` groups of pixels.
  Lights(const plan::SamplingPlan& plan, std::size_t groups);
  // What was found for `groups` groups from `first` on.
  Lights(const plan::SamplingPlan& plan, const LitPairs& lit, std::size_t first,
         std::size_t groups);
  Lights(const Lights&) = delete;
  Lights& operator=(const Lights&) = delete;

  const Light* data() const { return groups_.data(); }

 private:
  std::vector<std::uint32_t> orientations_;
  std::vector<LitSource> sources_;
  std::vector<Light> groups_;
};

}  // namespace nanobragg::kernel
