// Writes TIFF images: 16 bits of grey a pixel. io/images/tiff_images.hpp reads them.
#pragma once

#include <cstdint>
#include <filesystem>

#include "nanobragg/base/image.hpp"
#include "nanobragg/io/files/row_writer.hpp"

namespace nanobragg::io {

// Uncompressed, in one strip.
void write_tiff(const std::filesystem::path& path, ImageView<const std::uint16_t> image);

// The same with pixels that are made while they are written.
void write_tiff(const std::filesystem::path& path, ImageShape shape,
                const NextRows<std::uint16_t>& next_rows);

}  // namespace nanobragg::io
