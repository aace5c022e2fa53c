// Masks of DIALS: Python pickles of a tuple of flex.bool, one a panel.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/base/image.hpp"

namespace nanobragg::io {

// Of each panel: 1 where a pixel counts, 0 where it does not. Understands what such a file consists
// of and nothing else: no class is looked up and nothing is called. `name` is that of the file.
// Throws Error for other pickles, naming what it does not know, for those of protocols 0 and 1, and
// for arrays whose size is not that of their grid.
std::vector<Image<std::uint8_t>> parse_dials_mask(std::string_view bytes, const std::string& name);

}  // namespace nanobragg::io
