// Merged reflections in CCP4's MTZ format.
#pragma once

#include <string>
#include <string_view>

#include "nanobragg/io/reflections/reflection_table.hpp"

namespace nanobragg::io {

bool is_mtz(std::string_view bytes);

// `name` stands for the bytes in messages. A number is read as the shortest decimal number that its
// four bytes can mean, so that 25.2 is the same here as in a text. Throws Error for what is not an
// MTZ file, is cut short, is not merged, or has an unknown space group.
ReflectionTable parse_mtz(std::string_view bytes, const std::string& name);

}  // namespace nanobragg::io
