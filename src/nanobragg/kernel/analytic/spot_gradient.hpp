// Derivatives of what spots send to pixels.
#pragma once

#include <memory>

#include "nanobragg/kernel/adjoint/pixel_slopes.hpp"
#include "nanobragg/plan/inputs_at.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::kernel::analytic {

// The spots of a panel with what their derivatives need. The plan outlives it.
std::shared_ptr<const Preparation> prepare(const plan::PanelPlan& plan,
                                           const plan::SampleTangents& tangents,
                                           std::size_t threads);

// Derivatives by every input of the plan and by amplitudes. Where a spot ends, the pieces of a turn
// and those of the quadrature over a pixel are held fixed: what they change is below the accuracy
// of the image (docs/physics.md).
void differentiate(const PixelBatch& batch, PixelSlopes& to);
void add_weighted(const PixelBatch& batch, const Weigher& weigher, double* inputs);

}  // namespace nanobragg::kernel::analytic
