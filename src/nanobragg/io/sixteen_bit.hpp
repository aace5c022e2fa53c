// Counts cut to the 16 bits that some formats have.
#pragma once

#include <cstdint>

#include "nanobragg/base/image.hpp"

namespace nanobragg::io {

// Counts plus `pedestal`, rounded and cut to 0 … 65535; 0 where nothing is measured.
Image<std::uint16_t> to_16_bit(ImageView<const std::int32_t> counts, double pedestal);

}  // namespace nanobragg::io
