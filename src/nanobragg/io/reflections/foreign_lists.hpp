// Lists of reflections that are known by their look and not read.
#pragma once

#include <string>
#include <string_view>

namespace nanobragg::io {

// Throws Error, with the format's name and the way to one that is read, for lists of SHELX (HKLF),
// CNS and X-PLOR, d*TREK, DIALS, TNT and XtalView, for comma-separated values and tables with a
// line of names, and for bytes that are not text. Their h, k, l and numbers would pass for a text
// of h k l F in P1, or fail at a word that explains nothing.
void refuse_foreign_list(std::string_view bytes, const std::string& name);

}  // namespace nanobragg::io
