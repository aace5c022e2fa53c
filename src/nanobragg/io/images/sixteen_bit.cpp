// Cuts counts.
#include "nanobragg/io/images/sixteen_bit.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "nanobragg/image/photon_counts.hpp"

namespace nanobragg::io {

namespace {

void cut(std::span<const std::int32_t> counts, double pedestal, std::span<std::uint16_t> to) {
  constexpr std::uint16_t kLargest = 65535;
  const std::uint16_t unmeasured = pedestal >= 1.0 ? 0 : kLargest;
  std::ranges::transform(counts, to.begin(), [&](std::int32_t count) {
    if (count == image::kNotMeasured) return unmeasured;
    const double value = std::round(static_cast<double>(count) + pedestal);
    return static_cast<std::uint16_t>(std::clamp<double>(value, 0.0, kLargest));
  });
}

}  // namespace

Image<std::uint16_t> to_16_bit(const CountRows& counts, double pedestal) {
  const ImageShape shape = counts.shape();
  Image<std::uint16_t> image(shape);
  for (std::size_t slow = 0; slow < shape.slow;) {
    const Image<std::int32_t> band = counts.band(slow);
    cut(band.pixels(), pedestal, image.pixels().subspan(slow * shape.fast, band.shape().size()));
    slow += band.shape().slow;
  }
  return image;
}

NextRows<std::uint16_t> rows_of_16_bit(const CountRows& counts, double pedestal) {
  return [&counts, pedestal, rows = Image<std::uint16_t>()](std::size_t first) mutable {
    const Image<std::int32_t> band = counts.band(first);
    rows = Image<std::uint16_t>(band.shape());
    cut(band.pixels(), pedestal, rows.pixels());
    return std::as_const(rows).view();
  };
}

}  // namespace nanobragg::io
