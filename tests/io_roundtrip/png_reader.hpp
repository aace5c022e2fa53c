// Decodes PNG to red, green and blue, to check what was written.
#pragma once

#include <png.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <vector>

#include "nanobragg/base/image.hpp"

namespace nanobragg::test {

inline Image<std::array<std::uint8_t, 3>> read_png(const std::filesystem::path& path) {
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_file(&png, path.c_str())) throw std::runtime_error(png.message);
  png.format = PNG_FORMAT_RGB;
  Image<std::array<std::uint8_t, 3>> image({png.height, png.width});
  if (!png_image_finish_read(&png, nullptr, image.pixels().data(), 0, nullptr)) {
    throw std::runtime_error(png.message);
  }
  return image;
}

}  // namespace nanobragg::test
