// Counts cut to the 16 bits that some formats have.
#pragma once

#include <cstdint>

#include "nanobragg/base/image.hpp"
#include "nanobragg/io/files/row_writer.hpp"
#include "nanobragg/io/images/detector_image.hpp"

namespace nanobragg::io {

// Counts plus `pedestal`, rounded and cut to 0 … 65535. Where nothing is measured, 0 below a
// pedestal, which no count reaches, and 65535, the mark of an overload, without one.
Image<std::uint16_t> to_16_bit(const CountRows& counts, double pedestal);

// The same in rows, for writers that need no more at once. The counts live as long.
NextRows<std::uint16_t> rows_of_16_bit(const CountRows& counts, double pedestal);

}  // namespace nanobragg::io
