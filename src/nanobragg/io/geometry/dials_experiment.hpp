// Experiment lists of DIALS (.expt): JSON of the models of dxtbx.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "nanobragg/io/geometry/geometry_file.hpp"

namespace nanobragg::io {

// Lengths in mm, angles in degrees, wavelengths in Å, vectors in the frame of imgCIF; the beam's
// direction points to the source, and panels stand in the frames of their groups. The rotation of
// the crystal at angle φ is S·R(φ)·F, so that its lattice at φ = 0 is S·F times that of the file,
// and the spindle S times the axis. Throws Error for other JSON, for a choice that is not there,
// and for several experiments without one.
GeometryFile parse_dials_experiment(std::string_view text, const std::string& name,
                                    std::optional<std::size_t> experiment);

}  // namespace nanobragg::io
