// What the images of one detector have in common, and need not make each for itself.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>

#include "nanobragg/image/point_spread.hpp"
#include "nanobragg/image/readout/fixed_pattern.hpp"

namespace nanobragg::image {

// Thread-safe: the first image that asks makes it, others wait for it. Of several kinds the last
// one is kept.
class SharedStages {
 public:
  std::shared_ptr<const SpreadOverPixels> spread_over_pixels(const PointSpread& spread,
                                                             double pixel_size_m, ImageShape shape,
                                                             std::size_t threads);
  // Null where pixels do not differ, and where they are so many that each image had better compute
  // its own again.
  std::shared_ptr<const readout::Sensitivities> sensitivities(const Calibration& calibration,
                                                              std::size_t pixels,
                                                              std::size_t threads);

 private:
  std::mutex mutex_;
  PointSpread spread_;
  double pixel_size_m_ = 0.0;
  ImageShape shape_;
  std::shared_ptr<const SpreadOverPixels> spread_over_pixels_;
  Calibration calibration_;
  std::shared_ptr<const readout::Sensitivities> sensitivities_;
};

}  // namespace nanobragg::image
