// Derivatives of the photons of many pixels, on several threads.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/kernel/gradient_constants.hpp"
#include "nanobragg/kernel/kernel.hpp"
#include "nanobragg/kernel/pixel_run.hpp"

namespace nanobragg::kernel {

// Every pixel that the plan renders, row by row.
std::vector<PixelRun> runs_of(const plan::SamplingPlan& plan);
std::size_t pixel_count(std::span<const PixelRun> runs);

// What a derivative is taken of. Work is cut into chunks of pixels that do not depend on the number
// of threads, and what chunks give is added up in their order: results are the same to the last bit
// for any number of threads.
struct GradientJob {
  const Kernel* kernel;  // one that has gradients; says where it looks for light
  GradientConstants constants;
  std::span<const PixelRun> runs;
  std::size_t threads = 1;
  Precision precision = Precision::float64;  // kernels without single precision leave it
};

// Finds the weights of pixels (their derivatives of a loss) from their photons; `first` counts
// pixels in the order of the runs. Called from several threads, for disjoint pixels.
using WeighPixels = std::function<void(std::size_t first, std::span<const double> photons,
                                       std::span<double> weights)>;

enum class AmplitudeGradient : std::uint8_t { left_out, computed };

struct WeightedGradient {
  std::array<double, plan::kPlanNumbers> numbers;  // Σ weight·∂photons/∂number
  std::vector<double> amplitudes;                  // by each amplitude of the table; or empty
};

// Reverse mode: the derivatives of a loss by all numbers at once, in one pass over the pixels.
WeightedGradient weighted_gradient(const GradientJob& job, const WeighPixels& weigh,
                                   AmplitudeGradient amplitudes = AmplitudeGradient::left_out);

// What pixels are differentiated by in forward mode: along tangents of the plan's numbers, and by
// amplitudes at positions of the table.
struct Directions {
  std::span<const plan::NumberTangent> tangents;
  std::span<const std::size_t> amplitudes;
};

// The derivatives of consecutive pixels.
struct JacobianChunk {
  std::size_t index;  // of the chunk, 0 … chunk_count(job) − 1
  std::size_t first;  // pixel, in the order of the runs
  std::span<const PixelRun> runs;
  std::span<const double> photons;
  // Of direction i and pixel j at i·stride + j; amplitudes come behind tangents.
  std::span<const double> rows;
  std::size_t stride;
};
std::size_t chunk_count(const GradientJob& job);

// Forward mode: calls `take` with each chunk, from several threads.
void for_each_jacobian_chunk(const GradientJob& job, const Directions& directions,
                             const std::function<void(const JacobianChunk&)>& take);

}  // namespace nanobragg::kernel
