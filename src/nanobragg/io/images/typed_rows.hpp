// Counts as numbers of other types, row by row.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include "nanobragg/base/image.hpp"
#include "nanobragg/image/photon_counts.hpp"
#include "nanobragg/io/files/row_writer.hpp"
#include "nanobragg/io/images/detector_image.hpp"

namespace nanobragg::io {

// Counts that T can hold beside the mark of what is not measured: its largest number, of floats
// nan.
template <class T>
Image<T> typed(const Image<std::int32_t>& counts) {
  using Limits = std::numeric_limits<T>;
  constexpr T kNothing = Limits::has_quiet_NaN ? Limits::quiet_NaN() : Limits::max();
  Image<T> out(counts.shape());
  std::ranges::transform(counts.pixels(), out.pixels().begin(), [](std::int32_t count) {
    return count == image::kNotMeasured ? kNothing : static_cast<T>(count);
  });
  return out;
}

// For writers that need no more than some rows at once. The counts live as long.
template <class T>
NextRows<T> rows_of(const CountRows& counts) {
  return [&counts, rows = Image<T>()](std::size_t first) mutable {
    rows = typed<T>(counts.band(first));
    return std::as_const(rows).view();
  };
}

}  // namespace nanobragg::io
