// Counts cut to the 16 bits that some formats have.
#pragma once

#include <cstdint>

#include "nanobragg/base/image.hpp"
#include "nanobragg/io/files/row_writer.hpp"
#include "nanobragg/io/images/detector_image.hpp"

namespace nanobragg::io {

// The mark of an overload, which formats without another have for pixels that measure nothing, too.
inline constexpr std::uint16_t kLargest16Bit = 65535;

struct SixteenBits {
  double added = 0.0;  // to every count
  // Stands where nothing is measured. Where it is 0, what is measured reads 1 or more.
  std::uint16_t unmeasured = kLargest16Bit;
};

// Counts plus what is added, rounded and cut to 0 … 65535.
Image<std::uint16_t> to_16_bit(const CountRows& counts, const SixteenBits& bits);

// The same in rows, for writers that need no more at once. The counts live as long.
NextRows<std::uint16_t> rows_of_16_bit(const CountRows& counts, const SixteenBits& bits);

}  // namespace nanobragg::io
