// Scales and rounds photons to counts.
#include "nanobragg/image/adc.hpp"

#include "nanobragg/base/vector_clones.hpp"
#include "nanobragg/model/region.hpp"

namespace nanobragg::image {

double automatic_scale(double max) { return max > 0.0 ? 55000.0 / max : 1.0; }

namespace {

NANOBRAGG_VECTOR_CLONES
void digitise_row(std::span<const float> photons, std::span<std::uint16_t> counts, double scale,
                  double adc_offset) {
  for (std::size_t i = 0; i < photons.size(); ++i) {
    // Rounded to single precision before it is cut to a whole number, as in the reference: just
    // below a whole number the difference is one count.
    const auto value =
        static_cast<float>(static_cast<double>(photons[i]) * scale + adc_offset + 0.5);
    // NaN, which only the reference's behaviour lets through, becomes 0.
    const float positive = value > 0.0F ? value : 0.0F;
    counts[i] = static_cast<std::uint16_t>(positive < 65535.0F ? positive : 65535.0F);
  }
}

}  // namespace

Image<std::uint16_t> digitise(ImageView<const float> photons, const RegionOfInterest& region,
                              double scale, double adc_offset) {
  Image<std::uint16_t> counts(photons.shape());
  for_each_row(region, photons.shape(), [&](std::size_t slow, std::size_t begin, std::size_t end) {
    digitise_row(photons.row(slow).subspan(begin, end - begin),
                 counts.view().row(slow).subspan(begin, end - begin), scale, adc_offset);
  });
  return counts;
}

}  // namespace nanobragg::image
