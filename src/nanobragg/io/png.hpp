// PNG images: 8-bit indices into a palette of colours.
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

}  // namespace nanobragg::io
