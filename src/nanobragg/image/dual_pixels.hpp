// Derivatives of pixels by dual numbers through the scalar kernel and every other stage: slow, and
// independent of the formulas that the gradients are written in.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/model/experiment.hpp"
#include "nanobragg/plan/sampling_plan.hpp"
#include "nanobragg/plan/variables.hpp"

namespace nanobragg::image {

struct PixelSlope {
  double photons, slope;
};

// Photons of pixels of one panel and their derivative by a variable (per internal unit). `plan` is
// that of the experiment; its table holds the amplitude.
std::vector<PixelSlope> dual_pixels(const Experiment& experiment, const plan::SamplingPlan& plan,
                                    std::size_t panel, std::span<const PixelIndex> pixels,
                                    const plan::Variable& variable);

}  // namespace nanobragg::image
