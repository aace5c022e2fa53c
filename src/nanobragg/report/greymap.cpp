// Scales photons to grey levels.
#include "nanobragg/report/greymap.hpp"

#include "nanobragg/base/vector_clones.hpp"
#include "nanobragg/model/region.hpp"

namespace nanobragg::report {

double automatic_grey_scale(double rmsd, double integer_scale) {
  return rmsd > 0.0 ? 250.0 / (5.0 * rmsd) : integer_scale;
}

namespace {

NANOBRAGG_VECTOR_CLONES
void scale_row(std::span<const float> photons, std::span<std::uint8_t> grey, double scale) {
  for (std::size_t i = 0; i < photons.size(); ++i) {
    const double level = static_cast<double>(photons[i]) * scale;
    // NaN, which only the reference's behaviour lets through, stays black.
    const double positive = level > 0.0 ? level : 0.0;
    grey[i] = static_cast<std::uint8_t>(positive < 255.0 ? positive : 255.0);
  }
}

}  // namespace

Image<std::uint8_t> greymap(ImageView<const float> photons, const RegionOfInterest& region,
                            double scale) {
  Image<std::uint8_t> grey(photons.shape());
  for_each_row(region, photons.shape(), [&](std::size_t slow, std::size_t begin, std::size_t end) {
    scale_row(photons.row(slow).subspan(begin, end - begin),
              grey.view().row(slow).subspan(begin, end - begin), scale);
  });
  return grey;
}

}  // namespace nanobragg::report
