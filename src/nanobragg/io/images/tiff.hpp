// Writes TIFF images of grey. io/images/tiff_images.hpp reads them.
#pragma once

#include <cstdint>
#include <filesystem>

#include "nanobragg/base/image.hpp"
#include "nanobragg/io/files/row_writer.hpp"

namespace nanobragg::io {

// Uncompressed, in one strip, of pixels that are made while they are written: 8 or 16 bits, or
// 32-bit floats. Of 8 bits, the two largest numbers are said to be no measurements.
template <class T>
void write_tiff(const std::filesystem::path& path, ImageShape shape, const NextRows<T>& next_rows);

// The same of an image that is there.
void write_tiff(const std::filesystem::path& path, ImageView<const std::uint16_t> image);

}  // namespace nanobragg::io
