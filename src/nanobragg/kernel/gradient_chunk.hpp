// A few pixels whose photons are to be differentiated, as plain data: what crosses from code for
// every machine to code for one instruction set.
#pragma once

#include <cstddef>

#include "nanobragg/kernel/gradient_constants.hpp"
#include "nanobragg/kernel/light.hpp"
#include "nanobragg/kernel/precision.hpp"

namespace nanobragg::kernel {

// Where derivatives along tangents go: a row of `stride` for each of `count` tangents.
struct TangentRows {
  const double* tangents = nullptr;  // rows of kPlanNumbers; null: not wanted
  std::size_t count = 0;
  double* rows = nullptr;
  std::size_t stride = 0;
};

// Where Σ weight·∂photons/∂number is added to.
struct WeightedSums {
  double* numbers = nullptr;  // kPlanNumbers; null: not wanted
  // Finds the weights of pixels first … first + count − 1 of the chunk from their photons.
  void (*weigh)(const void* context, std::size_t first, std::size_t count, const double* photons,
                double* weights) = nullptr;
  const void* context = nullptr;
  // Takes what `lanes` pixels owe to an amplitude of the table, at its position there; null: not
  // wanted. `settle` tells the weights of these pixels when all that they owe is collected.
  void (*collect)(void* collector, std::size_t position, const double* by_amplitude,
                  std::size_t lanes) = nullptr;
  void (*settle)(void* collector, const double* weights, std::size_t lanes) = nullptr;
  void* collector = nullptr;
};

// Pixels are given by whole coordinates along both axes. Arrays have room for `count` rounded up to
// a multiple of kGradientLanes; what lies beyond `count` repeats the last pixel and is not used.
struct GradientChunk {
  const GradientConstants* constants;
  const double* slow;
  const double* fast;
  std::size_t count;
  const Light* lights;  // of each kGradientLanes pixels
  Precision precision;
  double* photons;
  TangentRows along;
  WeightedSums weighted;
};

// Differentiates the pixels of a chunk.
using GradientFunction = void (*)(const GradientChunk& chunk);

}  // namespace nanobragg::kernel
