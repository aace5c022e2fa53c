// Scales and rounds photons to counts.
#include "nanobragg/response/adc.hpp"

#include <algorithm>
#include <cmath>

#include "nanobragg/response/region.hpp"

namespace nanobragg {

double automatic_scale(double max) { return max > 0.0 ? 55000.0 / max : 1.0; }

Image<std::uint16_t> digitise(ImageView<const float> photons, const RegionOfInterest& region,
                              double scale, double adc_offset) {
  Image<std::uint16_t> counts(photons.shape());
  for_each_pixel(region, photons.shape(), [&](PixelIndex p) {
    // Rounded to single precision before it is cut to a whole number, as in the reference: just
    // below a whole number the difference is one count.
    const auto value =
        static_cast<float>(static_cast<double>(photons[p]) * scale + adc_offset + 0.5);
    // NaN, which only the reference's behaviour lets through, stays 0.
    if (std::isnan(value)) return;
    counts[p] = static_cast<std::uint16_t>(std::clamp(std::floor(value), 0.0F, 65535.0F));
  });
  return counts;
}

}  // namespace nanobragg
