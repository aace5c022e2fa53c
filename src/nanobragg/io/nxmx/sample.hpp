// The goniometer of an NXmx file, and the crystal on it.
#pragma once

#include "nanobragg/io/geometry/geometry_file.hpp"
#include "nanobragg/io/nxmx/fields.hpp"

namespace nanobragg::io::nxmx {

// The spindle is the axis whose settings change from exposure to exposure, or which turns within
// one; without one, the crystal's own. Its angle and width are those of the exposure, its direction
// that with the axes outside of it at their settings. The crystal of `ub_matrix` (columns a*, b*,
// c* in the frame of the file, all axes at 0) is turned by all axes but the spindle.
void read_sample(const Fields& fields, const std::string& sample, GeometryFile& out);

}  // namespace nanobragg::io::nxmx
