// Draws the counts of a detector.
#include "nanobragg/response/noise.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "nanobragg/base/large_array.hpp"
#include "nanobragg/response/region.hpp"

namespace nanobragg {
namespace {

constexpr double kMost = 65535.0;

}  // namespace

PoissonCounts::PoissonCounts(std::int64_t seed, double adc_offset)
    : deviate_(UniformStream(seed)), adc_offset_(adc_offset) {}

std::uint16_t PoissonCounts::digitised(double count) {
  photons_ += count;
  if (count + adc_offset_ > kMost) ++overloads_;
  return static_cast<std::uint16_t>(std::clamp(count + adc_offset_, 0.0, kMost));
}

Image<std::uint16_t> PoissonCounts::next(ImageView<const float> photons,
                                         const RegionOfInterest& region) {
  Image<std::uint16_t> counts(photons.shape(), zeroed_array<std::uint16_t>(photons.shape().size()));
  // What most pixels of a faint image hold.
  const auto nothing = static_cast<std::uint16_t>(std::clamp(adc_offset_, 0.0, kMost));
  const bool can_overload_without_light = adc_offset_ > kMost;
  for_each_row(region, photons.shape(), [&](std::size_t slow, std::size_t begin, std::size_t end) {
    const auto from = photons.row(slow);
    const auto to = counts.view().row(slow);
    for (std::size_t fast = begin; fast < end; ++fast) {
      // An infinity overloads the pixel and NaN stays 0; neither is a mean to draw from.
      const float mean = from[fast];
      if (std::isnan(mean)) continue;
      const auto count = static_cast<double>(std::isinf(mean) ? mean : deviate_(mean));
      to[fast] = count == 0.0 && !can_overload_without_light ? nothing : digitised(count);
    }
  });
  return counts;
}

NoiseImage poisson_counts(ImageView<const float> photons, const RegionOfInterest& region,
                          std::int64_t seed, double adc_offset) {
  PoissonCounts counts(seed, adc_offset);
  Image<std::uint16_t> image = counts.next(photons, region);
  return {std::move(image), counts.photons(), counts.overloads()};
}

}  // namespace nanobragg
