// How the pixels of a detector differ from each other, in every image alike.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "nanobragg/image/readout/stage_seeds.hpp"
#include "nanobragg/model/read_out.hpp"
#include "nanobragg/random/normal_deviate.hpp"

namespace nanobragg::image::readout {

// The factor on what a pixel reads: normal about 1, at least 0.
inline double calibration_factor(const Calibration& calibration, std::size_t pixel) {
  if (calibration.error == 0.0) return 1.0;
  NumberedDeviates deviates(stage_seed(calibration.seed, Stage::calibration), pixel);
  return std::max(0.0, 1.0 + calibration.error * draw_normal(deviates));
}

// The factors of pixels 0 … pixels − 1, which images of one detector share.
using Sensitivities = std::vector<double>;
Sensitivities sensitivities(const Calibration& calibration, std::size_t pixels,
                            std::size_t threads);

// Which of so many pixels are bad: ascending, none of them both.
struct BadPixelList {
  std::vector<std::size_t> dead, hot;
};
// Throws Error where they are more than there are.
BadPixelList choose_bad_pixels(const BadPixels& bad, std::size_t pixels);

// The photons that a hot pixel is expected to count without light.
double hot_light(const BadPixels& bad, std::size_t pixel);

// Those of a list in first … first + count − 1.
std::span<const std::size_t> in_range(const std::vector<std::size_t>& list, std::size_t first,
                                      std::size_t count);

}  // namespace nanobragg::image::readout
