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

}  // namespace nanobragg::io
