// Copies floats from and to files.
#include "nanobragg/io/images/raw_float.hpp"

#include <fmt/format.h>

#include <cstring>
#include <string>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/files/file.hpp"

namespace nanobragg::io {

Image<float> parse_raw_float(std::string_view bytes, const std::string& name, ImageShape shape) {
  // By division, which cannot overflow.
  const std::size_t row_bytes = shape.fast * sizeof(float);
  const bool fits = row_bytes == 0 || shape.slow <= bytes.size() / row_bytes;
  if (!fits || bytes.size() != shape.slow * row_bytes) {
    throw Error(fmt::format("float image of the wrong size (expected {} x {} pixels of 4 bytes, "
                            "found {} bytes)",
                            shape.fast, shape.slow, bytes.size()),
                name, "a file that begins like no known format is read as raw floats");
  }
  Image<float> image(shape);
  if (!bytes.empty()) std::memcpy(image.pixels().data(), bytes.data(), bytes.size());
  return image;
}

Image<float> read_raw_float(const std::filesystem::path& path, ImageShape shape) {
  const std::string name = path.string();
  // Any bytes can be floats, so that the name alone tells of a compression.
  std::string bytes = read_file(path);
  if (uncompressed_name(path) != path) bytes = decompressed(std::move(bytes), name);
  return parse_raw_float(bytes, name, shape);
}

void write_raw_float(const std::filesystem::path& path, ImageView<const float> image) {
  write_file_atomically(path, {std::as_bytes(image.pixels())});
}

}  // namespace nanobragg::io
