// The arrays of an imgCIF header as panels.
#pragma once

#include <string>
#include <vector>

#include "nanobragg/io/geometry/geometry_file.hpp"
#include "nanobragg/io/geometry/imgcif_axes.hpp"
#include "nanobragg/io/images/imgcif_text.hpp"

namespace nanobragg::io {

// The arrays of a frame, in the order of _diffrn_data_frame, each as one panel, or as one for each
// of its sections. Displacements of an array's axes are those of the outer corner of its first
// pixel, as DIALS reads them; without an increment a pixel is as long as _array_element_size says.
// Throws Error for arrays without two axes, with a third dimension that no section cuts, and for
// pixels that are not square.
std::vector<GeometryPanel> imgcif_panels(const ImgcifText& text, const ImgcifFrame& frame,
                                         const ImgcifAxes& axes, const std::string& name);

}  // namespace nanobragg::io
