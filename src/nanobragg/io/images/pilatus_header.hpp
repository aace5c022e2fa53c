// Geometry in the comments that the software of PILATUS detectors writes into CBF images.
#pragma once

#include <string>
#include <string_view>

#include "nanobragg/io/geometry/geometry_file.hpp"

namespace nanobragg::io {

// "# Beam_xy (1.5, 2.5) pixels" and its like mean a detector across the beam, its fast axis along
// x, its slow axis along −y of imgCIF (Dectris, Miniature CBF header, convention PILATUS_1.2; a
// keyword ends at a space, '=' or ':'). The spindle is along x. What contradicts that comes back as
// a warning in the header's words: a detector that is swung or lifted, a goniometer that is tilted,
// another axis. Throws Error for a header without geometry, for pixels that are not square, and for
// the curved PILATUS 12M.
GeometryFile parse_pilatus_header(std::string_view bytes, const std::string& name);

}  // namespace nanobragg::io
