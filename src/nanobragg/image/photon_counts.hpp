// What a photon counter reads: whole numbers of photons, 32 bits wide.
#pragma once

#include <cstddef>
#include <cstdint>

#include "nanobragg/base/image.hpp"
#include "nanobragg/model/read_out.hpp"

namespace nanobragg::image {

// More photons than this read as this many. The two numbers above it, and 2³¹ itself, mean bad
// pixels to readers of 32-bit images.
inline constexpr auto kMostCounts = static_cast<std::int32_t>(kLargestReading);
// The reading of a pixel that does not measure.
inline constexpr std::int32_t kNotMeasured = -1;

// A whole image with fewer expected photons than this is dark more often than not.
inline constexpr double kFewPhotons = 0.7;

// The mean to draw from where `photons` are expected: an infinity overloads the pixel, as whatever
// is too bright does; less than nothing is nothing. Throws Error, naming the pixel, for NaN.
double checked_mean(float photons, PixelIndex pixel);

// A Poisson deviate of the expected photons of every pixel; throws Error for NaN. Pixel i, row by
// row, takes deviate number first + i of the stream `seed`: of a part of an image, `first` is the
// number of pixels before it.
Image<std::int32_t> count_photons(ImageView<const float> photons, std::uint64_t seed,
                                  std::size_t threads, std::size_t first = 0);

// The expected photons rounded to the nearest whole number.
Image<std::int32_t> round_photons(ImageView<const float> photons);

}  // namespace nanobragg::image
