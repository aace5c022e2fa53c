// PNG images: 8-bit indices into a palette of colours, or 16 bits of grey.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "nanobragg/base/image.hpp"

namespace nanobragg::io {

// Red, green and blue (sRGB) of each index.
using Palette = std::array<std::array<std::uint8_t, 3>, 256>;

// The bytes of the file. The same image always gives the same bytes: no time is recorded.
std::vector<std::uint8_t> encode_png(ImageView<const std::uint8_t> image, const Palette& palette);
void write_png(const std::filesystem::path& path, ImageView<const std::uint8_t> image,
               const Palette& palette);

// 16 bits of grey a pixel, whose numbers are kept as they are.
void write_png(const std::filesystem::path& path, ImageView<const std::uint16_t> image);
Image<std::uint16_t> read_png(const std::filesystem::path& path);

}  // namespace nanobragg::io
