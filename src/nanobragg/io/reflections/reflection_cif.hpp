// Merged reflections in CIF: structure factors in mmCIF, and lists in core CIF (SHELXL's .fcf).
#pragma once

#include <string>
#include <string_view>

#include "nanobragg/io/reflections/reflection_table.hpp"

namespace nanobragg::io {

// Whether the first word that is not a comment begins a CIF data block.
bool is_cif(std::string_view bytes);

// The first block with a loop of _refln.index_h or _refln_index_h, or the list that SHELXL keeps as
// a text in the CIF of a structure; the tags without "_refln." are the labels. Rows of status x
// (unreliable) or - (absent) are left out. `name` stands for the bytes in messages. Throws Error
// for text that is not CIF, a file without merged reflections, a word that should be a number, an
// unknown space group, and satellite reflections.
ReflectionTable parse_reflection_cif(std::string_view bytes, const std::string& name);

}  // namespace nanobragg::io
