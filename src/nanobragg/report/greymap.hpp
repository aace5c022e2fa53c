// The linear 8-bit image that the reference writes as PGM.
#pragma once

#include <cstdint>

#include "nanobragg/base/image.hpp"
#include "nanobragg/model/sampling.hpp"

namespace nanobragg::report {

// Grey levels a photon that put five standard deviations at level 250. An image without variation
// takes `integer_scale`, the scale of its 16-bit image.
double automatic_grey_scale(double rmsd, double integer_scale);

// min(255, v·scale), truncated; negative products become 0. Pixels outside the region stay 0.
Image<std::uint8_t> greymap(ImageView<const float> photons, const RegionOfInterest& region,
                            double scale);

}  // namespace nanobragg::report
