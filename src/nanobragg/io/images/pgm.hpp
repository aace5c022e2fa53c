// PGM images: 8-bit grey levels, binary (P5).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "nanobragg/base/image.hpp"
#include "nanobragg/io/files/row_writer.hpp"

namespace nanobragg::io {

// Throws Error for another magic number, absurd sizes, a maximum above 255 or missing pixels.
Image<std::uint8_t> parse_pgm(std::string_view bytes, const std::string& name);
Image<std::uint8_t> read_pgm(const std::filesystem::path& path);

// A comment says by what `scale` the pixels were multiplied.
void write_pgm(const std::filesystem::path& path, ImageView<const std::uint8_t> image,
               double scale);

// The same with pixels that are made while they are written: `next_rows` gives those from a row on.
void write_pgm(const std::filesystem::path& path, ImageShape shape,
               const NextRows<std::uint8_t>& next_rows, double scale);

}  // namespace nanobragg::io
