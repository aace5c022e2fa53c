// Encodes PNG by libpng's simplified interface, which reports errors without long jumps.
#include "nanobragg/io/png.hpp"

#include <fmt/format.h>
#include <png.h>

#include <cstddef>
#include <span>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/file.hpp"

namespace nanobragg::io {
namespace {

// libpng's own limit on an axis (PNG_USER_WIDTH_MAX); it also keeps the sizes below in range.
constexpr std::size_t kMostPixelsOnAnAxis = 1000000;
constexpr std::size_t kMostPixels = std::size_t{1} << 31;

void check_size(ImageShape shape) {
  if (shape.size() == 0 || shape.fast > kMostPixelsOnAnAxis || shape.slow > kMostPixelsOnAnAxis ||
      shape.size() > kMostPixels) {
    throw Error(
        fmt::format("no PNG of {} x {} pixels is possible (libpng takes at most {} on an axis)",
                    shape.fast, shape.slow, kMostPixelsOnAnAxis));
  }
}

}  // namespace

std::vector<std::uint8_t> encode_png(ImageView<const std::uint8_t> view, const Palette& palette) {
  const ImageShape shape = view.shape();
  check_size(shape);
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(shape.fast);
  image.height = static_cast<png_uint_32>(shape.slow);
  image.format = PNG_FORMAT_RGB_COLORMAP;
  image.colormap_entries = static_cast<png_uint_32>(palette.size());

  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::vector<std::uint8_t> bytes(size);
  const int converted_to_8_bit = 0;
  const auto row_stride = static_cast<png_int_32>(shape.fast);
  if (!png_image_write_to_memory(&image, bytes.data(), &size, converted_to_8_bit,
                                 view.pixels().data(), row_stride, palette.data())) {
    throw Error(fmt::format("cannot encode PNG ({})", image.message));
  }
  bytes.resize(size);
  return bytes;
}

void write_png(const std::filesystem::path& path, ImageView<const std::uint8_t> image,
               const Palette& palette) {
  const std::vector<std::uint8_t> bytes = encode_png(image, palette);
  write_file_atomically(path, {std::as_bytes(std::span(bytes))});
}

}  // namespace nanobragg::io
