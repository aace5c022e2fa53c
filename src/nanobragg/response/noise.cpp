// Draws the counts of a detector.
#include "nanobragg/response/noise.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "nanobragg/base/large_array.hpp"
#include "nanobragg/response/region.hpp"

namespace nanobragg {

PoissonCounts::PoissonCounts(std::int64_t seed, double adc_offset)
    : deviate_(UniformStream(seed)), adc_offset_(adc_offset) {}

Image<std::uint16_t> PoissonCounts::next(ImageView<const float> photons,
                                         const RegionOfInterest& region) {
  Image<std::uint16_t> counts(photons.shape(), zeroed_array<std::uint16_t>(photons.shape().size()));
  for_each_pixel(region, photons.shape(), [&](PixelIndex p) {
    // An infinity overloads the pixel and NaN stays 0; neither is a mean to draw from.
    if (std::isnan(photons[p])) return;
    const auto count =
        static_cast<double>(std::isinf(photons[p]) ? photons[p] : deviate_(photons[p]));
    photons_ += count;
    if (count + adc_offset_ > 65535.0) ++overloads_;
    counts[p] = static_cast<std::uint16_t>(std::clamp(count + adc_offset_, 0.0, 65535.0));
  });
  return counts;
}

NoiseImage poisson_counts(ImageView<const float> photons, const RegionOfInterest& region,
                          std::int64_t seed, double adc_offset) {
  PoissonCounts counts(seed, adc_offset);
  Image<std::uint16_t> image = counts.next(photons, region);
  return {std::move(image), counts.photons(), counts.overloads()};
}

}  // namespace nanobragg
