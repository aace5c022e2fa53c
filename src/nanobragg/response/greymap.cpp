// Scales photons to grey levels.
#include "nanobragg/response/greymap.hpp"

#include "nanobragg/base/large_array.hpp"
#include "nanobragg/response/region.hpp"

namespace nanobragg {

double automatic_grey_scale(double rmsd, double integer_scale) {
  return rmsd > 0.0 ? 250.0 / (5.0 * rmsd) : integer_scale;
}

Image<std::uint8_t> greymap(ImageView<const float> photons, const RegionOfInterest& region,
                            double scale) {
  Image<std::uint8_t> grey(photons.shape(), zeroed_array<std::uint8_t>(photons.shape().size()));
  for_each_row(region, photons.shape(), [&](std::size_t slow, std::size_t begin, std::size_t end) {
    const auto from = photons.row(slow);
    const auto to = grey.view().row(slow);
    for (std::size_t fast = begin; fast < end; ++fast) {
      const double level = static_cast<double>(from[fast]) * scale;
      // NaN, which only the reference's behaviour lets through, stays black.
      const double positive = level > 0.0 ? level : 0.0;
      to[fast] = static_cast<std::uint8_t>(positive < 255.0 ? positive : 255.0);
    }
  });
  return grey;
}

}  // namespace nanobragg
