// Geometry in the headers of CBF images: the axes of imgCIF, or the comments of PILATUS detectors.
#pragma once

#include <string>
#include <string_view>

#include "nanobragg/io/geometry_file.hpp"

namespace nanobragg::io {

bool is_imgcif(std::string_view bytes);

// A full header places each element of the detector by a chain of axes with their settings in the
// first frame; displacements (mm) of an array's axes are those of the first pixel's corner, as
// DIALS reads them. A header of comments (# Beam_xy, # Detector_distance, …) means a detector
// across the beam with its fast axis along x and its slow axis along −y of imgCIF. Pixels are not
// read. Throws Error for a header without either.
GeometryFile parse_imgcif_geometry(std::string_view bytes, const std::string& name);

}  // namespace nanobragg::io
