// Sums over an image.
#include "nanobragg/response/statistics.hpp"

#include <algorithm>
#include <cmath>

#include "nanobragg/response/region.hpp"

namespace nanobragg {
namespace {

// n − 1, at least 1.
double degrees_of_freedom(std::size_t pixels) {
  return static_cast<double>(std::max<std::size_t>(pixels, 2) - 1);
}

}  // namespace

Statistics statistics(ImageView<const float> image, const RegionOfInterest& region,
                      const std::optional<ImageView<const std::uint16_t>>& mask,
                      RmsdPixels rmsd_pixels) {
  NANOBRAGG_EXPECTS(!mask || mask->shape() == image.shape());
  const auto masked = [&](PixelIndex p) { return mask && (*mask)[p] == 0; };

  Statistics result;
  double squares = 0.0;
  for_each_pixel(region, image.shape(), [&](PixelIndex p) {
    if (masked(p)) return;
    const float value = image[p];
    if (static_cast<double>(value) > result.max) {
      result.max = static_cast<double>(value);
      result.max_at = p;
    }
    result.sum += static_cast<double>(value);
    // The square is rounded to single precision, as the reference does.
    squares += static_cast<double>(value * value);
    ++result.pixels;
  });
  if (result.pixels > 0) result.mean = result.sum / static_cast<double>(result.pixels);
  result.rms = std::sqrt(squares / degrees_of_freedom(result.pixels));

  double deviations = 0.0;
  std::size_t counted = 0;
  for_each_pixel(region, image.shape(), [&](PixelIndex p) {
    if (rmsd_pixels == RmsdPixels::unmasked && masked(p)) return;
    const double deviation = static_cast<double>(image[p]) - result.mean;
    deviations += deviation * deviation;
    ++counted;
  });
  result.rmsd = std::sqrt(deviations / degrees_of_freedom(counted));
  return result;
}

}  // namespace nanobragg
