// Images of 32-bit floats without a header, row by row.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "nanobragg/base/image.hpp"

namespace nanobragg::io {

// Floats of this machine's byte order. Throws Error where the size is not exactly that of `shape`.
Image<float> parse_raw_float(std::string_view bytes, const std::string& name, ImageShape shape);
Image<float> read_raw_float(const std::filesystem::path& path, ImageShape shape);

void write_raw_float(const std::filesystem::path& path, ImageView<const float> image);

}  // namespace nanobragg::io
