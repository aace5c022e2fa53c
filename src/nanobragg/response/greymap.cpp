// Scales photons to grey levels.
#include "nanobragg/response/greymap.hpp"

#include <algorithm>
#include <cmath>

#include "nanobragg/response/region.hpp"

namespace nanobragg {

double automatic_grey_scale(double rmsd, double integer_scale) {
  return rmsd > 0.0 ? 250.0 / (5.0 * rmsd) : integer_scale;
}

Image<std::uint8_t> greymap(ImageView<const float> photons, const RegionOfInterest& region,
                            double scale) {
  Image<std::uint8_t> grey(photons.shape());
  for_each_pixel(region, photons.shape(), [&](PixelIndex p) {
    const double level = static_cast<double>(photons[p]) * scale;
    // NaN, which only the reference's behaviour lets through, stays black.
    if (std::isnan(level)) return;
    grey[p] = static_cast<std::uint8_t>(std::clamp(level, 0.0, 255.0));
  });
  return grey;
}

}  // namespace nanobragg
