// The noise-free detector: expected photons scaled to 16-bit counts.
#pragma once

#include <cstdint>

#include "nanobragg/base/image.hpp"
#include "nanobragg/model/sampling.hpp"

namespace nanobragg::image {

// Counts a photon that put the brightest pixel, `max` photons, at 55000 counts; 1 for an image
// without photons.
double automatic_scale(double max);

// floor(v·scale + adc_offset + ½) in single precision, cut to [0, 65535]; pixels outside the region
// stay 0.
Image<std::uint16_t> digitise(ImageView<const float> photons, const RegionOfInterest& region,
                              double scale, double adc_offset);

}  // namespace nanobragg::image
