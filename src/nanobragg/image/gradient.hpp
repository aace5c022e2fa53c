// Derivatives of an experiment's images by its parameters: the way back through every stage.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/image/differentiable.hpp"
#include "nanobragg/kernel/adjoint/differentiable_chunks.hpp"
#include "nanobragg/plan/variables.hpp"

namespace nanobragg::image {

// Expected photons of pixels of one panel, in the order of the runs.
std::vector<double> photons_of(const Differentiable& at, std::size_t panel,
                               std::span<const kernel::PixelRun> runs);

// Derivatives of Σ weight·photons (or of a loss whose derivatives by photons are the weights).
struct ExperimentGradient {
  plan::ParameterValues<double> parameters;  // by every parameter, per internal unit
  std::vector<double> amplitudes;            // by each position of the table, where wanted

  // `factors` are those of the experiment, whose table holds the amplitude: summed over its mates.
  double by(const plan::Variable& variable, const StructureFactors& factors) const;
  // The same by every unique reflection, one after the other.
  std::vector<double> by_reflection(const StructureFactors& factors) const;
};

// Reverse mode, over pixels of one panel; a weight for each, in the order of the runs.
ExperimentGradient pullback(
    const Differentiable& at, std::size_t panel, std::span<const kernel::PixelRun> runs,
    std::span<const double> weights,
    kernel::AmplitudeGradient amplitudes = kernel::AmplitudeGradient::left_out);
// The same, over all pixels of one panel, with an image of weights.
ExperimentGradient pullback(
    const Differentiable& at, std::size_t panel, ImageView<const double> weights,
    kernel::AmplitudeGradient amplitudes = kernel::AmplitudeGradient::left_out);

// photons_of(), then the weights (derivatives of a loss), then pullback(), in one pass over the
// pixels: for a loss that is a sum over pixels. `weigh` is called from several threads, for
// disjoint pixels.
ExperimentGradient gradient(
    const Differentiable& at, std::size_t panel, std::span<const kernel::PixelRun> runs,
    const kernel::WeighPixels& weigh,
    kernel::AmplitudeGradient amplitudes = kernel::AmplitudeGradient::left_out);

// What pixels are differentiated by in forward mode: by parameters, of which several may move as
// one, and by the amplitude of the reflection at each of some positions of the table, its mates
// included. No two of them are mates.
struct Directions {
  std::vector<std::vector<plan::ParameterId>> parameters;
  std::span<const std::size_t> amplitudes;

  std::size_t count() const { return parameters.size() + amplitudes.size(); }
};

// The derivatives of consecutive pixels.
struct JacobianRows {
  std::size_t index;  // of the chunk, 0 … chunk_count(runs) − 1
  std::size_t first;  // pixel, in the order of the runs
  std::span<const kernel::PixelRun> runs;
  std::span<const double> photons;
  // Of direction i and pixel j at i·stride + j; amplitudes come behind parameters.
  std::span<const double> rows;
  std::size_t stride;
};

// Forward mode: calls `take` with each chunk, from several threads.
void for_each_jacobian_chunk(const Differentiable& at, std::size_t panel,
                             std::span<const kernel::PixelRun> runs, const Directions& directions,
                             const std::function<void(const JacobianRows&)>& take);

// Forward mode: the image of one panel, differentiated by each of `variables` (internal units).
// Throws UsageError for an amplitude that the table does not hold, and for two of one reflection.
std::vector<Image<double>> jacobian_images(const Differentiable& at, std::size_t panel,
                                           std::span<const plan::Variable> variables);

}  // namespace nanobragg::image
