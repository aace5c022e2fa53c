// Photon counting noise.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "nanobragg/base/image.hpp"
#include "nanobragg/model/sampling.hpp"
#include "nanobragg/random/poisson.hpp"

namespace nanobragg::image {

// Poisson deviates of images that follow each other, all from one stream.
class PoissonCounts {
 public:
  PoissonCounts(UniformStream stream, double adc_offset);

  // As poisson_counts() below.
  Image<std::uint16_t> next(ImageView<const float> photons, const RegionOfInterest& region);
  double photons() const { return photons_; }
  std::size_t overloads() const { return overloads_; }

 private:
  std::uint16_t draw(float mean);
  void draw_row(std::span<const float> photons, std::span<std::uint16_t> counts);

  PoissonDeviates deviate_;
  double adc_offset_;
  double photons_ = 0.0;
  std::size_t overloads_ = 0;
};

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

}  // namespace nanobragg::image
