// Cuts counts.
#include "nanobragg/io/images/sixteen_bit.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "nanobragg/image/photon_counts.hpp"

namespace nanobragg::io {

namespace {

void cut(std::span<const std::int32_t> counts, const SixteenBits& bits,
         std::span<std::uint16_t> to) {
  const double least = bits.unmeasured == 0 ? 1.0 : 0.0;
  std::ranges::transform(counts, to.begin(), [&](std::int32_t count) {
    if (count == image::kNotMeasured) return bits.unmeasured;
    const double value = std::round(static_cast<double>(count) + bits.added);
    return static_cast<std::uint16_t>(std::clamp<double>(value, least, kLargest16Bit));
  });
}

}  // namespace

Image<std::uint16_t> to_16_bit(const CountRows& counts, const SixteenBits& bits) {
  const ImageShape shape = counts.shape();
  Image<std::uint16_t> image(shape);
  for (std::size_t slow = 0; slow < shape.slow;) {
    const Image<std::int32_t> band = counts.band(slow);
    cut(band.pixels(), bits, image.pixels().subspan(slow * shape.fast, band.shape().size()));
    slow += band.shape().slow;
  }
  return image;
}

NextRows<std::uint16_t> rows_of_16_bit(const CountRows& counts, const SixteenBits& bits) {
  return [&counts, bits, rows = Image<std::uint16_t>()](std::size_t first) mutable {
    const Image<std::int32_t> band = counts.band(first);
    rows = Image<std::uint16_t>(band.shape());
    cut(band.pixels(), bits, rows.pixels());
    return std::as_const(rows).view();
  };
}

}  // namespace nanobragg::io
