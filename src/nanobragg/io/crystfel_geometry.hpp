// Detector geometries of CrystFEL (.geom).
#pragma once

#include <string>
#include <string_view>

#include "nanobragg/io/geometry_file.hpp"

namespace nanobragg::io {

// Panels with corner_x, corner_y, fs, ss, clen, coffset, res, min_fs … max_ss; photon_energy or
// wavelength; bad regions, as a mask. A point of a panel lies at (corner + n_fs·fs + n_ss·ss)/res,
// across the beam, and at clen + coffset along it (CrystFEL's manual page crystfel_geometry).
// Throws Error, with the line, for panels without range or resolution, and for a clen or an energy
// that stands in the data file.
GeometryFile parse_crystfel_geometry(std::string_view text, const std::string& name);

}  // namespace nanobragg::io
