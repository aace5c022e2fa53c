// Adds up weights times slopes.
#include "nanobragg/image/weighted_sums.hpp"

#include <span>
#include <utility>

#include "nanobragg/base/vector_clones.hpp"

namespace nanobragg::image {
namespace {

using kernel::kBatchPixels;
using kernel::PixelSlopes;

NANOBRAGG_VECTOR_CLONES
void add_products(const double* a, const double* b, std::size_t count, double* to) {
  for (std::size_t i = 0; i < count; ++i) to[i] += a[i] * b[i];
}

// Adds up the batches of a chunk: by number, those of pixels at the same place in their batches.
class ChunkSums {
 public:
  // Of `count` pixels; weights are 0 beyond them.
  void add(const PixelSlopes& slopes, std::size_t count,
           const std::array<double, kBatchPixels>& weights) {
    if (slopes.is_dark) return;
    for (std::size_t i = 0; i < by_place_.size(); ++i) {
      add_products(slopes.by_input[i], weights.data(), count, by_place_[i].data());
    }
    if (!slopes.amplitudes) return;
    for (const auto& [position, first, by_pixel] : slopes.amplitudes->entries()) {
      double sum = 0.0;
      for (std::size_t i = 0; i < by_pixel.size(); ++i) sum += weights[first + i] * by_pixel[i];
      sums_.amplitudes[position] += sum;
    }
  }
  WeightedSums total() && {
    for (std::size_t i = 0; i < by_place_.size(); ++i) {
      for (const double sum : by_place_[i]) sums_.inputs[i] += sum;
    }
    return std::move(sums_);
  }

 private:
  std::array<std::array<double, kBatchPixels>, plan::kPlanInputs> by_place_{};
  WeightedSums sums_;
};

}  // namespace

WeightedSums weighted_sums(const kernel::DifferentiableChunk& pixels,
                           const kernel::WeighPixels& weigh) {
  ChunkSums sums;
  pixels.differentiate(
      [&](std::size_t first, const kernel::PixelBatch& batch, PixelSlopes& slopes) {
        std::array<double, kBatchPixels> weights{};
        weigh(first, {slopes.photons, batch.count}, std::span(weights).first(batch.count));
        sums.add(slopes, batch.count, weights);
      });
  return std::move(sums).total();
}

}  // namespace nanobragg::image
