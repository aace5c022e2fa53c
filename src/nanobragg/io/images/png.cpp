// Encodes PNG by libpng's simplified interface, which reports errors without long jumps.
#include "nanobragg/io/images/png.hpp"

#include <fmt/format.h>
#include <png.h>

#include <cstddef>
#include <span>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/claimed_size.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/files/file.hpp"

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

png_image new_image(ImageShape shape, png_uint_32 format) {
  check_size(shape);
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(shape.fast);
  image.height = static_cast<png_uint_32>(shape.slow);
  image.format = format;
  return image;
}

// `palette` is null where the format has none.
std::vector<std::uint8_t> encode(png_image image, const void* pixels, const void* palette) {
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::vector<std::uint8_t> bytes(size);
  const int converted_to_8_bit = 0;
  const auto row_stride = static_cast<png_int_32>(image.width);
  if (!png_image_write_to_memory(&image, bytes.data(), &size, converted_to_8_bit, pixels,
                                 row_stride, palette)) {
    throw Error(fmt::format("cannot encode PNG ({})", image.message));
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace

std::vector<std::uint8_t> encode_png(ImageView<const std::uint8_t> view, const Palette& palette) {
  png_image image = new_image(view.shape(), PNG_FORMAT_RGB_COLORMAP);
  image.colormap_entries = static_cast<png_uint_32>(palette.size());
  return encode(image, view.pixels().data(), palette.data());
}

void write_png(const std::filesystem::path& path, ImageView<const std::uint8_t> image,
               const Palette& palette) {
  const std::vector<std::uint8_t> bytes = encode_png(image, palette);
  write_file_atomically(path, {std::as_bytes(std::span(bytes))});
}

void write_png(const std::filesystem::path& path, ImageView<const std::uint16_t> image) {
  const std::vector<std::uint8_t> bytes =
      encode(new_image(image.shape(), PNG_FORMAT_LINEAR_Y), image.pixels().data(), nullptr);
  write_file_atomically(path, {std::as_bytes(std::span(bytes))});
}

Image<std::uint16_t> read_png(const std::filesystem::path& path) {
  const std::string bytes = read_input(path);
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  const auto check = [&](int succeeded) {
    if (succeeded == 0) {
      throw Error(fmt::format("not a PNG image that can be read ({})", image.message),
                  path.string());
    }
  };
  check(png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()));
  if ((image.format & PNG_FORMAT_FLAG_LINEAR) == 0 || (image.format & PNG_FORMAT_FLAG_COLOR) != 0) {
    png_image_free(&image);
    throw Error("PNG image without 16 bits of grey a pixel (colours are not counts)",
                path.string());
  }
  image.format = PNG_FORMAT_LINEAR_Y;
  try {
    const ImageShape shape{image.height, image.width};
    check_claimed_size(shape, path.string());
    check_stored_size("PNG", shape, sizeof(std::uint16_t), {bytes.size(), kDeflateRatio},
                      path.string());
  } catch (const Error&) {
    png_image_free(&image);
    throw;
  }
  Image<std::uint16_t> pixels(ImageShape{image.height, image.width});
  check(png_image_finish_read(&image, nullptr, pixels.pixels().data(), 0, nullptr));
  return pixels;
}

}  // namespace nanobragg::io
