// Photon counting noise.
#pragma once

#include <cstddef>
#include <cstdint>

#include "nanobragg/base/image.hpp"
#include "nanobragg/model/sampling.hpp"

namespace nanobragg {

struct NoiseImage {
  Image<std::uint16_t> counts;
  double photons = 0.0;       // sum of the deviates, before the offset
  std::size_t overloads = 0;  // pixels that exceeded 65535 and were cut
};

// A Poisson deviate of every pixel's expected photons, plus `adc_offset`, cut to 16 bits and
// truncated. Deviates are drawn row by row from one stream; pixels outside the region stay 0 and
// draw none. Expected photons are finite and at least 0.
NoiseImage poisson_counts(ImageView<const float> photons, const RegionOfInterest& region,
                          std::int64_t seed, double adc_offset);

}  // namespace nanobragg
