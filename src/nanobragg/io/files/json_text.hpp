// JSON as Python writes it.
#pragma once

#include <string>
#include <string_view>

namespace nanobragg::io {

// The text with NaN, Infinity and -Infinity, which JSON does not know, as texts: "NaN". Throws
// Error, naming the file, where things stand in one another deeper than any experiment has them.
std::string standard_json(std::string_view text, const std::string& name);

}  // namespace nanobragg::io
