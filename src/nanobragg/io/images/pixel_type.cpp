// Names and limits of types.
#include "nanobragg/io/images/pixel_type.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "nanobragg/base/error.hpp"
#include "nanobragg/model/read_out.hpp"

namespace nanobragg::io {
namespace {

// In the order of PixelType.
constexpr std::array<std::string_view, 4> kNames{"standard", "uint8", "uint16", "float32"};

}  // namespace

std::string_view name_of(PixelType type) { return kNames[static_cast<std::size_t>(type)]; }

PixelType parse_pixel_type(std::string_view word, std::string_view option) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == word) return static_cast<PixelType>(i);
  }
  throw UsageError(fmt::format("{} does not take '{}'", option, word), "",
                   fmt::format("known are {}", fmt::join(kNames, ", ")));
}

double largest_of(PixelType type) {
  switch (type) {
    case PixelType::uint8:
      return 254.0;
    case PixelType::uint16:
      return 65534.0;
    default:
      return kLargestReading;
  }
}

}  // namespace nanobragg::io
