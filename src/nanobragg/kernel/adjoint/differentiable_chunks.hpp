// Photons of many pixels with their derivatives, on several threads.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/kernel/adjoint/gradient_constants.hpp"
#include "nanobragg/kernel/interface/kernel.hpp"
#include "nanobragg/kernel/interface/pixel_run.hpp"

namespace nanobragg::kernel {

// Every pixel that the plan renders, row by row.
std::vector<PixelRun> runs_of(const plan::PanelPlan& plan);
std::size_t pixel_count(std::span<const PixelRun> runs);

// The pixels of runs, cut into chunks that do not depend on the number of threads: what is summed
// by chunk, and then in their order, is the same to the last bit for any number.
struct GradientJob {
  const Kernel* kernel;  // one that has slopes
  GradientConstants constants;
  std::span<const PixelRun> runs;
  std::size_t threads = 1;
  Precision precision = Precision::float64;  // kernels without single precision leave it
};

// Enough for a chunk's own cost to vanish, few enough for every thread to have some.
inline constexpr std::size_t kChunkPixels = 1024;
inline std::size_t chunk_count(std::span<const PixelRun> runs) {
  return (pixel_count(runs) + kChunkPixels - 1) / kChunkPixels;
}

enum class AmplitudeGradient : std::uint8_t { left_out, computed };

// Consecutive pixels of the runs.
struct PixelChunk {
  std::size_t index;  // 0 … chunk_count(runs) − 1
  std::size_t first;  // pixel, in the order of the runs
  std::span<const PixelRun> runs;
};
// The same with its own list of runs.
struct CutChunk {
  std::size_t first = 0;
  std::vector<PixelRun> runs;
};
std::vector<CutChunk> cut_into_chunks(std::span<const PixelRun> runs);

// Some of a chunk's pixels, the first of which is number `first` in the order of the runs. The
// slopes are there to be used up.
using UseSlopes =
    std::function<void(std::size_t first, const PixelBatch& batch, PixelSlopes& slopes)>;
// Finds the weights of pixels from their photons; `first` counts pixels in the order of the runs.
using WeighPixels = std::function<void(std::size_t first, std::span<const double> photons,
                                       std::span<double> weights)>;

// The pixels of a chunk, to be differentiated batch by batch in their order.
class DifferentiableChunk {
 public:
  virtual ~DifferentiableChunk() = default;
  virtual void differentiate(const UseSlopes& use) const = 0;
  // Adds Σ weight·∂photons/∂number in one pass; for kernels that have one.
  virtual void add_weighted(const WeighPixels& weigh,
                            std::array<double, plan::kPlanInputs>& inputs) const = 0;
};

// Calls `use` with each chunk and what differentiates it, from several threads.
void for_each_chunk(
    const GradientJob& job, AmplitudeGradient amplitudes,
    const std::function<void(const PixelChunk& chunk, const DifferentiableChunk&)>& use);

}  // namespace nanobragg::kernel
