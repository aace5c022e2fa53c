// Images of formats that are recognised but not read.
#pragma once

#include <string>
#include <string_view>

namespace nanobragg::io {

// Throws Error, with the format's name, for the beginning of an image of NumPy or the ESRF.
void refuse_foreign_image(std::string_view start, const std::string& name);

}  // namespace nanobragg::io
