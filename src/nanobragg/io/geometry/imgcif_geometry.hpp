// Geometry in the headers of CBF images: the axes of imgCIF, or the comments of PILATUS detectors.
#pragma once

#include <string>
#include <string_view>

#include "nanobragg/io/geometry/geometry_file.hpp"

namespace nanobragg::io {

bool is_imgcif(std::string_view bytes);

// A full header places each element of the detector by a chain of axes with their settings in the
// first frame, and its spindle by the axes of the goniometer outside it; wavelength and
// polarisation are those of _diffrn_radiation. A header of comments is that of
// io/images/pilatus_header.hpp. Pixels are not read. Throws Error for a header without either.
GeometryFile parse_imgcif_geometry(std::string_view bytes, const std::string& name);

}  // namespace nanobragg::io
