// Weights contracted with slopes, chunk by chunk.
#pragma once

#include <array>
#include <cstddef>
#include <unordered_map>

#include "nanobragg/kernel/adjoint/differentiable_chunks.hpp"

namespace nanobragg::image {

// Σ weight·slope of one chunk.
struct WeightedSums {
  std::array<double, plan::kPlanInputs> inputs{};
  std::unordered_map<std::size_t, double> amplitudes;  // by position in the table
};

// `weigh` finds the weights of pixels from their photons.
WeightedSums weighted_sums(const kernel::DifferentiableChunk& pixels,
                           const kernel::WeighPixels& weigh);

}  // namespace nanobragg::image
