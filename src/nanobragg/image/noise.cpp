// Draws the counts of a detector.
#include "nanobragg/image/noise.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "nanobragg/model/region.hpp"

namespace nanobragg::image {
namespace {

constexpr double kMost = 65535.0;

}  // namespace

PoissonCounts::PoissonCounts(UniformStream stream, double adc_offset)
    : deviate_(stream), adc_offset_(adc_offset) {}

std::uint16_t PoissonCounts::draw(float mean) {
  // An infinity overloads the pixel and NaN stays 0; neither is a mean to draw from.
  if (std::isnan(mean)) return 0;
  const auto count = static_cast<double>(std::isinf(mean) ? mean : deviate_(mean));
  photons_ += count;
  if (count + adc_offset_ > kMost) ++overloads_;
  return static_cast<std::uint16_t>(std::clamp(count + adc_offset_, 0.0, kMost));
}

void PoissonCounts::draw_row(std::span<const float> photons, std::span<std::uint16_t> counts) {
  // What most pixels of a faint image hold.
  const auto nothing = static_cast<std::uint16_t>(std::clamp(adc_offset_, 0.0, kMost));
  const bool can_overload_without_light = adc_offset_ > kMost;
  // Where a pixel is not empty, this many are drawn one by one before empty ones are looked for.
  constexpr std::size_t kOneByOne = 8;
  for (std::size_t i = 0; i < photons.size();) {
    const std::size_t empty =
        can_overload_without_light ? 0 : deviate_.draw_zeros(photons.subspan(i));
    std::fill_n(counts.begin() + static_cast<std::ptrdiff_t>(i), empty, nothing);
    i += empty;
    const std::size_t stop = empty > 0 ? i : std::min(i + kOneByOne, photons.size());
    for (; i < stop; ++i) counts[i] = draw(photons[i]);
  }
}

Image<std::uint16_t> PoissonCounts::next(ImageView<const float> photons,
                                         const RegionOfInterest& region) {
  Image<std::uint16_t> counts(photons.shape());
  for_each_row(region, photons.shape(), [&](std::size_t slow, std::size_t begin, std::size_t end) {
    draw_row(photons.row(slow).subspan(begin, end - begin),
             counts.view().row(slow).subspan(begin, end - begin));
  });
  return counts;
}

NoiseImage poisson_counts(ImageView<const float> photons, const RegionOfInterest& region,
                          std::int64_t seed, double adc_offset) {
  PoissonCounts counts(UniformStream(seed), adc_offset);
  Image<std::uint16_t> image = counts.next(photons, region);
  return {std::move(image), counts.photons(), counts.overloads()};
}

}  // namespace nanobragg::image
