// A few pixels whose photons are to be differentiated, as plain data: what crosses from code for
// every machine to code for one instruction set.
#pragma once

#include <cstddef>

#include "nanobragg/kernel/gradient_constants.hpp"

namespace nanobragg::kernel {

// Pixels are given by whole coordinates along both axes. Arrays have room for `count` rounded up to
// a multiple of kGradientLanes; what lies beyond `count` repeats the last pixel and is not used.
inline constexpr std::size_t kGradientLanes = 16;

struct GradientChunk {
  const GradientConstants* constants;
  const double* slow;
  const double* fast;
  std::size_t count;

  // Where the derivatives go: Σ weight·∂photons/∂number into `numbers` (kPlanNumbers of them, added
  // to), with weights from `weigh`; and the derivatives along tangents, a row of `stride` for each
  // of `tangent_count` rows of kPlanNumbers. Either may be left out (null).
  double* photons;
  double* numbers = nullptr;
  const double* tangents = nullptr;
  std::size_t tangent_count = 0;
  double* rows = nullptr;
  std::size_t stride = 0;

  // Finds the weights of pixels first … first + count − 1 of the chunk from their photons.
  void (*weigh)(const void* context, std::size_t first, std::size_t count, const double* photons,
                double* weights) = nullptr;
  const void* context = nullptr;
  // Takes the derivative of the weighted sum by an amplitude of the table, at its position there.
  void (*collect)(void* collector, std::size_t position, double by_amplitude) = nullptr;
  void* collector = nullptr;
};

// Differentiates the pixels of a chunk.
using GradientFunction = void (*)(const GradientChunk& chunk);

}  // namespace nanobragg::kernel
