// Makes stages anew where they are others.
#include "nanobragg/image/shared_stages.hpp"

namespace nanobragg::image {

std::shared_ptr<const SpreadOverPixels> SharedStages::spread_over_pixels(const PointSpread& spread,
                                                                         double pixel_size_m,
                                                                         ImageShape shape,
                                                                         std::size_t threads) {
  const std::scoped_lock lock(mutex_);
  const bool is_same = spread_over_pixels_ && spread.shape == spread_.shape &&
                       spread.full_width == spread_.full_width && pixel_size_m == pixel_size_m_ &&
                       shape == shape_;
  if (!is_same) {
    spread_over_pixels_ =
        std::make_shared<const SpreadOverPixels>(spread, pixel_size_m, shape, threads);
    spread_ = spread;
    pixel_size_m_ = pixel_size_m;
    shape_ = shape;
  }
  return spread_over_pixels_;
}

std::shared_ptr<const readout::Sensitivities> SharedStages::sensitivities(
    const Calibration& calibration, std::size_t pixels, std::size_t threads) {
  constexpr std::size_t kMost = std::size_t{1} << 22;  // 32 MiB
  if (calibration.error == 0.0 || pixels > kMost) return nullptr;
  const std::scoped_lock lock(mutex_);
  const bool is_same = sensitivities_ && calibration.error == calibration_.error &&
                       calibration.seed == calibration_.seed && sensitivities_->size() == pixels;
  if (!is_same) {
    sensitivities_ = std::make_shared<const readout::Sensitivities>(
        readout::sensitivities(calibration, pixels, threads));
    calibration_ = calibration;
  }
  return sensitivities_;
}

}  // namespace nanobragg::image
