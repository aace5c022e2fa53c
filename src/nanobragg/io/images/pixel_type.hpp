// The type of the numbers in a file of pixels.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace nanobragg::io {

enum class PixelType : std::uint8_t {
  standard,  // what the format holds by itself
  uint8,     // counts to 254; 255: not measured
  uint16,    // counts to 65534; 65535: not measured
  float32,   // nan: not measured
};

std::string_view name_of(PixelType type);
// Throws UsageError, naming the option, for another word.
PixelType parse_pixel_type(std::string_view word, std::string_view option);

// The largest number that a type holds beside its mark of what is not measured; that of 32-bit
// counts for types without such a limit. Brighter pixels read this, too.
double largest_of(PixelType type);

}  // namespace nanobragg::io
