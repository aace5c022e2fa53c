// The road from a plan to its images of expected photons: the crystal, then every other stage.
#pragma once

#include <span>

#include "nanobragg/base/image.hpp"
#include "nanobragg/image/shared_stages.hpp"
#include "nanobragg/kernel/interface/kernel.hpp"
#include "nanobragg/model/experiment.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::image {

template <class Real>
struct SimulationOf {
  Image<Real> photons;  // expected, a pixel of the stack of panels
  kernel::RunReport report;
};
using Simulation = SimulationOf<float>;

// Renders every panel of the plan. Stages compute in double; in an image of floats each rounds
// once. What `shared` holds of an image before is taken from there; null: all is made.
Simulation simulate(const plan::SamplingPlan& plan, const kernel::Kernel& kernel,
                    const kernel::RunOptions& options, SharedStages* shared);
Simulation simulate(const plan::SamplingPlan& plan, const kernel::Kernel& kernel,
                    const kernel::RunOptions& options);
// The same, photons with every bit.
SimulationOf<double> simulate_f64(const plan::SamplingPlan& plan, const kernel::Kernel& kernel,
                                  const kernel::RunOptions& options);

// Single pixels of one panel, as kernel::TraceFunction has them, with what other stages add.
void trace(const plan::PanelPlan& plan, const kernel::Kernel& kernel,
           std::span<const PixelIndex> pixels, const kernel::TraceOptions& options,
           const kernel::RecordSink& sink);

// Adds what other stages do to the record of a pixel that a kernel made of one panel.
void complete(const plan::PanelPlan& plan, kernel::Water water, kernel::PixelRecord& record);

// Throws Error, naming the first pixel, where an image holds a NaN or an infinity.
void check_finite(ImageView<const float> image);
void check_finite(ImageView<const double> image);

}  // namespace nanobragg::image
