// Reads and writes PGM.
#include "nanobragg/io/images/pgm.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <span>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/files/text.hpp"

namespace nanobragg::io {
namespace {

constexpr std::int64_t kMostPixelsOnAnAxis = 1 << 30;
constexpr std::int64_t kLargestGrey = 255;

class HeaderReader {
 public:
  HeaderReader(std::string_view bytes, const std::string& name) : rest_(bytes), name_(name) {}

  void skip_magic() {
    if (!rest_.starts_with("P5")) throw Error("not a binary PGM image (it lacks 'P5')", name_);
    rest_.remove_prefix(2);
  }

  std::size_t next_size(std::string_view what, std::int64_t largest) {
    skip_space_and_comments();
    const auto number = integer_prefix(rest_);
    if (!number || number->value < 1 || number->value > largest) {
      throw Error(fmt::format("PGM header with absurd {} (expected 1 to {})", what, largest),
                  name_);
    }
    rest_.remove_prefix(number->length);
    return static_cast<std::size_t>(number->value);
  }

  // Exactly one space ends the header: the next byte may be a pixel that looks like a space.
  std::string_view pixels() const {
    if (rest_.empty() || !is_space(rest_.front())) {
      throw Error("PGM header that does not end", name_);
    }
    return rest_.substr(1);
  }

 private:
  void skip_space_and_comments() {
    rest_ = skip_space(rest_);
    while (rest_.starts_with('#')) {
      rest_ = skip_space(rest_.substr(std::min(rest_.find('\n'), rest_.size())));
    }
  }

  std::string_view rest_;
  const std::string& name_;
};

}  // namespace

Image<std::uint8_t> parse_pgm(std::string_view bytes, const std::string& name) {
  HeaderReader header(bytes, name);
  header.skip_magic();
  const std::size_t width = header.next_size("width", kMostPixelsOnAnAxis);
  const std::size_t height = header.next_size("height", kMostPixelsOnAnAxis);
  header.next_size("maximum", kLargestGrey);
  const std::string_view pixels = header.pixels();
  const ImageShape shape{height, width};
  if (pixels.size() < shape.size()) {
    throw Error(fmt::format("truncated PGM image (its header states {} pixels, found {})",
                            shape.size(), pixels.size()),
                name);
  }
  if (pixels.size() > shape.size()) {
    throw Error(fmt::format("PGM image with {} bytes more than its header states (more than one "
                            "image, or a header that ends in more than one space)",
                            pixels.size() - shape.size()),
                name);
  }
  Image<std::uint8_t> image(shape);
  std::memcpy(image.pixels().data(), pixels.data(), shape.size());
  return image;
}

Image<std::uint8_t> read_pgm(const std::filesystem::path& path) {
  return parse_pgm(read_input(path), path.string());
}

void write_pgm(const std::filesystem::path& path, ImageView<const std::uint8_t> image,
               double scale) {
  write_pgm(
      path, image.shape(), [&](std::size_t /*first*/) { return image; }, scale);
}

void write_pgm(const std::filesystem::path& path, ImageShape shape,
               const NextRows<std::uint8_t>& next_rows, double scale) {
  const std::string header = fmt::format("P5\n{} {}\n# pixels scaled by {:g}\n{}\n", shape.fast,
                                         shape.slow, scale, kLargestGrey);
  write_rows_atomically(path, header, shape.slow, next_rows);
}

}  // namespace nanobragg::io
