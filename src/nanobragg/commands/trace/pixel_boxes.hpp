// The file of --pixels roi:FILE.
#pragma once

#include <string>

#include "nanobragg/refine/pixels.hpp"

namespace nanobragg::commands {

// One box a line: fast first, fast last, slow first, slow last; `#` begins a comment. Throws Error,
// naming the line, for anything else.
refine::PixelBoxes read_boxes(const std::string& file);

}  // namespace nanobragg::commands
