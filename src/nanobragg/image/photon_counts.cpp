// Counts photons, a row at a time.
#include "nanobragg/image/photon_counts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/parallel_for.hpp"
#include "nanobragg/random/poisson_at.hpp"

namespace nanobragg::image {
namespace {

// Far above what a pixel can read, and small enough for every deviate to be below what is finite.
constexpr double kOverload = 4.0 * kMostCounts;

std::int32_t reading(double count) {
  return static_cast<std::int32_t>(std::clamp(count, 0.0, static_cast<double>(kMostCounts)));
}

}  // namespace

double checked_mean(float photons, PixelIndex pixel) {
  if (std::isnan(photons)) {
    throw Error(fmt::format("pixel slow {} fast {} is {} (not a number of photons)", pixel.slow,
                            pixel.fast, photons));
  }
  return std::clamp(static_cast<double>(photons), 0.0, kOverload);
}

Image<std::int32_t> count_photons(ImageView<const float> photons, std::uint64_t seed,
                                  std::size_t threads, std::size_t first) {
  const ImageShape shape = photons.shape();
  Image<std::int32_t> counts(shape);
  parallel_for(shape.slow, threads, [&](std::size_t slow) {
    for (std::size_t fast = 0; fast < shape.fast; ++fast) {
      const PixelIndex p{slow, fast};
      // Of a part of an image, its place in the whole.
      const double mean = checked_mean(photons[p], {first / shape.fast + slow, fast});
      counts[p] = reading(poisson_at(mean, seed, first + slow * shape.fast + fast));
    }
  });
  return counts;
}

Image<std::int32_t> round_photons(ImageView<const float> photons) {
  const ImageShape shape = photons.shape();
  Image<std::int32_t> counts(shape);
  for (std::size_t slow = 0; slow < shape.slow; ++slow) {
    for (std::size_t fast = 0; fast < shape.fast; ++fast) {
      const PixelIndex p{slow, fast};
      counts[p] = reading(std::round(checked_mean(photons[p], p)));
    }
  }
  return counts;
}

}  // namespace nanobragg::image
