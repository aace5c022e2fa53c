// Scales and rounds photons to counts.
#include "nanobragg/response/adc.hpp"

#include "nanobragg/base/large_array.hpp"
#include "nanobragg/response/region.hpp"

namespace nanobragg {

double automatic_scale(double max) { return max > 0.0 ? 55000.0 / max : 1.0; }

Image<std::uint16_t> digitise(ImageView<const float> photons, const RegionOfInterest& region,
                              double scale, double adc_offset) {
  Image<std::uint16_t> counts(photons.shape(), zeroed_array<std::uint16_t>(photons.shape().size()));
  for_each_row(region, photons.shape(), [&](std::size_t slow, std::size_t begin, std::size_t end) {
    const auto from = photons.row(slow);
    const auto to = counts.view().row(slow);
    for (std::size_t fast = begin; fast < end; ++fast) {
      // Rounded to single precision before it is cut to a whole number, as in the reference: just
      // below a whole number the difference is one count.
      const auto value =
          static_cast<float>(static_cast<double>(from[fast]) * scale + adc_offset + 0.5);
      // NaN, which only the reference's behaviour lets through, becomes 0.
      const float positive = value > 0.0F ? value : 0.0F;
      to[fast] = static_cast<std::uint16_t>(positive < 65535.0F ? positive : 65535.0F);
    }
  });
  return counts;
}

}  // namespace nanobragg
