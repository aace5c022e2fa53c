// Images of counts made a few rows at a time, for writers that need no more at once.
#pragma once

#include <algorithm>
#include <optional>
#include <utility>

#include "nanobragg/base/image.hpp"
#include "nanobragg/model/sampling.hpp"

namespace nanobragg::image {

// The part of a region in rows first … first + count − 1, counted from `first`; nothing where it
// has none there.
inline std::optional<RegionOfInterest> region_in_rows(const RegionOfInterest& region,
                                                      std::size_t first, std::size_t count) {
  if (region.last.slow < first || region.first.slow >= first + count) return std::nullopt;
  RegionOfInterest part = region;
  part.first.slow = std::max(region.first.slow, first) - first;
  part.last.slow = std::min(region.last.slow, first + count - 1) - first;
  return part;
}

// A function that gives the rows from a row on, as many as it chooses, to be called block after
// block. make(photons, region) makes their counts; outside the region they are 0. What it gives is
// valid until the next call.
template <class Count, class Make>
auto row_blocks(ImageView<const float> photons, const RegionOfInterest& region, Make make) {
  return [photons, region, make, block = Image<Count>()](std::size_t first) mutable {
    constexpr std::size_t kBytes = std::size_t{1} << 18;
    const auto [slow, fast] = photons.shape();
    const std::size_t row_bytes = std::max<std::size_t>(fast * sizeof(Count), 1);
    const std::size_t rows = std::clamp<std::size_t>(kBytes / row_bytes, 1, slow - first);
    const ImageView<const float> part({rows, fast},
                                      photons.pixels().subspan(first * fast, rows * fast));
    const auto inside = region_in_rows(region, first, rows);
    block = inside ? make(part, *inside) : Image<Count>(part.shape());
    return std::as_const(block).view();
  };
}

}  // namespace nanobragg::image
