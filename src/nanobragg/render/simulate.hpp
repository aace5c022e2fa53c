// The pipeline from an experiment to its images of expected photons.
#pragma once

#include "nanobragg/base/image.hpp"
#include "nanobragg/kernel/kernel.hpp"
#include "nanobragg/model/experiment.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::render {

template <class Real>
struct SimulationOf {
  Image<Real> photons;  // expected, a pixel of the stack of panels
  kernel::RunReport report;
};
using Simulation = SimulationOf<float>;

// Renders every panel of the plan.
Simulation simulate(const plan::SamplingPlan& plan, const kernel::Kernel& kernel,
                    const kernel::RunOptions& options);
// The same, photons with every bit.
SimulationOf<double> simulate_f64(const plan::SamplingPlan& plan, const kernel::Kernel& kernel,
                                  const kernel::RunOptions& options);

// Throws Error, naming the first pixel, where an image holds a NaN or an infinity.
void check_finite(ImageView<const float> image);
void check_finite(ImageView<const double> image);

}  // namespace nanobragg::render
