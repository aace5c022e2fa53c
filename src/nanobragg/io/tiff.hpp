// TIFF images: 16 bits of grey a pixel.
#pragma once

#include <cstdint>
#include <filesystem>

#include "nanobragg/base/image.hpp"

namespace nanobragg::io {

// Uncompressed, in one strip.
void write_tiff(const std::filesystem::path& path, ImageView<const std::uint16_t> image);

// Throws Error for what is not one sample of 16 bits a pixel.
Image<std::uint16_t> read_tiff(const std::filesystem::path& path);

}  // namespace nanobragg::io
