// What an NXmx file says of the experiment: detector modules, beam and goniometer.
#pragma once

#include <filesystem>

#include "nanobragg/io/geometry_file.hpp"

namespace nanobragg::io {

// The first entry of a file of any program, with a module a panel: their chains of transformations
// (NeXus, NXtransformations), the wavelength and polarisation of the beam, the axis of the
// goniometer that moves, and the pixel mask; wavelength, angle and orientation are those of one
// exposure, from 0 on. The orientation is a `ub_matrix` in 1/Å with columns a*, b*, c* in the frame
// of the file, as this program writes it; others, whose frame NeXus leaves to the program, are left
// out. Throws Error, naming the path in the file.
GeometryFile read_nxmx_geometry(const std::filesystem::path& path, std::size_t exposure);

}  // namespace nanobragg::io
