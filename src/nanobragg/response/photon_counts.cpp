// Counts photons, a row at a time.
#include "nanobragg/response/photon_counts.hpp"

#include <algorithm>
#include <cmath>

#include "nanobragg/base/parallel_for.hpp"
#include "nanobragg/random/poisson_at.hpp"

namespace nanobragg {
namespace {

std::int32_t reading(double count) {
  return static_cast<std::int32_t>(std::clamp(count, 0.0, static_cast<double>(kMostCounts)));
}

}  // namespace

Image<std::int32_t> count_photons(ImageView<const float> photons, std::uint64_t seed,
                                  std::size_t threads, std::size_t first) {
  const ImageShape shape = photons.shape();
  Image<std::int32_t> counts(shape);
  parallel_for(shape.slow, threads, [&](std::size_t slow) {
    for (std::size_t fast = 0; fast < shape.fast; ++fast) {
      const PixelIndex p{slow, fast};
      const auto mean = static_cast<double>(photons[p]);
      counts[p] = reading(poisson_at(mean, seed, first + slow * shape.fast + fast));
    }
  });
  return counts;
}

Image<std::int32_t> round_photons(ImageView<const float> photons) {
  Image<std::int32_t> counts(photons.shape());
  std::transform(photons.pixels().begin(), photons.pixels().end(), counts.pixels().begin(),
                 [](float mean) { return reading(std::round(static_cast<double>(mean))); });
  return counts;
}

}  // namespace nanobragg
