// Which format a list of reflections has, by its content.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/io/reflections/reflection_table.hpp"

namespace nanobragg::io {

// MTZ, CIF, XDS_ASCII, CrystFEL and Scalepack lists; nothing for what no other program's format is
// known to look like, which is a text of h k l F. Throws Error for a list that is cut short, not
// merged or otherwise wrong, and, with the way out, for formats that are known and not read.
// `name` stands for the bytes in messages, and its ending counts where nothing else tells.
std::optional<ReflectionTable> parse_reflection_table(std::string_view bytes,
                                                      const std::string& name);

// What speaks against taking the fourth column of such a text as F, in P1 of this cell (as -cell
// has it; empty where it comes from elsewhere).
std::vector<std::string> doubts_about_text(std::string_view text, const std::string& name,
                                           std::span<const double> cell);

}  // namespace nanobragg::io
