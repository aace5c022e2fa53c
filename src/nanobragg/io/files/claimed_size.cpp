// Counts in floating point, which no claim overflows.
#include "nanobragg/io/files/claimed_size.hpp"

#include <fmt/format.h>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/memory.hpp"

namespace nanobragg::io {

void check_claimed_size(ImageShape shape, const std::string& name) {
  if (shape.slow == 0 || shape.fast == 0) throw Error("an image without pixels", name);
  const double pixels = static_cast<double>(shape.slow) * static_cast<double>(shape.fast);
  // As the file has them and as doubles.
  constexpr double kBytes = 2.0 * sizeof(double);
  check_fits_in_memory(
      kBytes * pixels,
      fmt::format("{}: an image of {} × {} pixels (fast × slow)", name, shape.fast, shape.slow),
      "the file may be damaged");
}

void check_stored_size(std::string_view format, ImageShape shape, double bytes_per_pixel,
                       StoredBytes stored, const std::string& name) {
  const double pixels = static_cast<double>(shape.slow) * static_cast<double>(shape.fast);
  if (pixels * bytes_per_pixel <= static_cast<double>(stored.count) * stored.ratio) return;
  throw Error(fmt::format("truncated {} image ({} × {} pixels do not fit in {} bytes)", format,
                          shape.fast, shape.slow, stored.count),
              name);
}

PanelStack checked_stack(std::span<const ImageShape> shapes, const std::string& name) {
  PanelStack stack = stack_of(shapes);
  check_claimed_size(stack.shape, name);
  double pixels = 0.0;
  for (const ImageShape shape : shapes) {
    pixels += static_cast<double>(shape.slow) * static_cast<double>(shape.fast);
  }
  constexpr double kMostEmpty = 64.0;
  const double whole =
      static_cast<double>(stack.shape.slow) * static_cast<double>(stack.shape.fast);
  if (whole > kMostEmpty * pixels) {
    throw Error(fmt::format("panels of too different widths ({} pixels in an image of {} × {})",
                            pixels, stack.shape.fast, stack.shape.slow),
                name);
  }
  return stack;
}

void check_described_mask(ImageShape shape, const std::string& name) {
  constexpr std::size_t kMostPixels = std::size_t{1} << 28;
  if (shape.slow <= kMostPixels / shape.fast) return;
  throw Error(fmt::format("a mask of {} × {} pixels (at most {} are masked by a text)", shape.fast,
                          shape.slow, kMostPixels),
              name, "-mask names an image");
}

}  // namespace nanobragg::io
