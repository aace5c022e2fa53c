// Cuts counts.
#include "nanobragg/io/sixteen_bit.hpp"

#include <algorithm>
#include <cmath>

#include "nanobragg/response/photon_counts.hpp"

namespace nanobragg::io {

Image<std::uint16_t> to_16_bit(ImageView<const std::int32_t> counts, double pedestal) {
  Image<std::uint16_t> image(counts.shape());
  std::transform(counts.pixels().begin(), counts.pixels().end(), image.pixels().begin(),
                 [&](std::int32_t count) {
                   if (count == kNotMeasured) return std::uint16_t{0};
                   const double value = std::round(static_cast<double>(count) + pedestal);
                   return static_cast<std::uint16_t>(std::clamp(value, 0.0, 65535.0));
                 });
  return image;
}

}  // namespace nanobragg::io
