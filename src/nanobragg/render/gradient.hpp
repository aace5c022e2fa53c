// Derivatives of an experiment's images by its parameters.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/base/progress_sink.hpp"
#include "nanobragg/kernel/gradient.hpp"
#include "nanobragg/model/experiment.hpp"
#include "nanobragg/plan/variables.hpp"

namespace nanobragg::render {

// An experiment with what its derivatives need; made once for each set of parameter values.
class Differentiable {
 public:
  // The kernel must have gradients (all but "reference"). Physical mode alone. `progress` sees
  // the pixels of gradient() and jacobian_images(); not owned, may be null.
  Differentiable(const Experiment& experiment, const kernel::Kernel& kernel, std::size_t threads,
                 kernel::Precision precision = kernel::Precision::float64,
                 ProgressSink* progress = nullptr);

  const Experiment& experiment() const { return experiment_; }
  const plan::SamplingPlan& plan() const { return plan_; }
  // Of one panel; `runs` must outlive the job.
  kernel::GradientJob job(std::size_t panel, std::span<const kernel::PixelRun> runs) const;
  void advance(std::size_t pixels) const;

 private:
  Experiment experiment_;
  plan::SamplingPlan plan_;
  plan::SampleTangents tangents_;
  const kernel::Kernel* kernel_;
  std::size_t threads_;
  kernel::Precision precision_;
  ProgressSink* progress_;
};

// Derivatives of Σ weight·photons (or of a loss whose derivatives by photons are the weights).
struct ExperimentGradient {
  plan::ParameterValues<double> parameters;  // by every parameter, per internal unit
  std::vector<double> amplitudes;            // by each |F| of the table, where wanted

  // `factors` are those of the experiment, whose table holds the amplitude.
  double by(const plan::Variable& variable, const StructureFactors& factors) const;
};

// Reverse mode, over pixels of one panel.
ExperimentGradient gradient(
    const Differentiable& at, std::size_t panel, std::span<const kernel::PixelRun> runs,
    const kernel::WeighPixels& weigh,
    kernel::AmplitudeGradient amplitudes = kernel::AmplitudeGradient::left_out);
// The same, over all pixels of one panel, with an image of weights.
ExperimentGradient gradient(
    const Differentiable& at, std::size_t panel, ImageView<const double> weights,
    kernel::AmplitudeGradient amplitudes = kernel::AmplitudeGradient::left_out);

// Forward mode: the image of one panel, differentiated by each of `variables` (internal units).
// Throws UsageError for an amplitude that the table does not hold.
std::vector<Image<double>> jacobian_images(const Differentiable& at, std::size_t panel,
                                           std::span<const plan::Variable> variables);

}  // namespace nanobragg::render
