// Draws the counts of a detector.
#include "nanobragg/response/noise.hpp"

#include <algorithm>
#include <cmath>

#include "nanobragg/base/large_array.hpp"
#include "nanobragg/random/poisson.hpp"
#include "nanobragg/response/region.hpp"

namespace nanobragg {

NoiseImage poisson_counts(ImageView<const float> photons, const RegionOfInterest& region,
                          std::int64_t seed, double adc_offset) {
  NoiseImage noise{
      Image<std::uint16_t>(photons.shape(), zeroed_array<std::uint16_t>(photons.shape().size()))};
  PoissonDeviates deviate{UniformStream(seed)};
  for_each_pixel(region, photons.shape(), [&](PixelIndex p) {
    // An infinity overloads the pixel and NaN stays 0; neither is a mean to draw from.
    if (std::isnan(photons[p])) return;
    const auto count =
        static_cast<double>(std::isinf(photons[p]) ? photons[p] : deviate(photons[p]));
    noise.photons += count;
    if (count + adc_offset > 65535.0) ++noise.overloads;
    noise.counts[p] = static_cast<std::uint16_t>(std::clamp(count + adc_offset, 0.0, 65535.0));
  });
  return noise;
}

}  // namespace nanobragg
