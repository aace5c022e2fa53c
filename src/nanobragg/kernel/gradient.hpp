// Photons of many pixels with their derivatives, on several threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/kernel/gradient_constants.hpp"
#include "nanobragg/kernel/kernel.hpp"
#include "nanobragg/kernel/pixel_run.hpp"

namespace nanobragg::kernel {

// Every pixel that the plan renders, row by row.
std::vector<PixelRun> runs_of(const plan::PanelPlan& plan);
std::size_t pixel_count(std::span<const PixelRun> runs);

// The pixels of runs, cut into batches that do not depend on the number of threads: what is summed
// by batch, and then in their order, is the same to the last bit for any number.
struct GradientJob {
  const Kernel* kernel;  // one that has slopes
  GradientConstants constants;
  std::span<const PixelRun> runs;
  std::size_t threads = 1;
  Precision precision = Precision::float64;  // kernels without single precision leave it
};

enum class AmplitudeGradient : std::uint8_t { left_out, computed };

// Consecutive pixels of the runs.
struct DifferentiatedPixels {
  std::size_t index;  // of the batch
  std::size_t first;  // pixel, in the order of the runs
  std::span<const PixelRun> runs;
  const PixelBatch& batch;
  PixelSlopes& slopes;  // to be used up
};

// Calls `use` with each batch, from several threads.
void for_each_batch(const GradientJob& job, AmplitudeGradient amplitudes,
                    const std::function<void(const DifferentiatedPixels&)>& use);

}  // namespace nanobragg::kernel
