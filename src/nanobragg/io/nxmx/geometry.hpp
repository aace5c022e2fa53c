// What an NXmx file says of the experiment: detector modules, beam and goniometer.
#pragma once

#include <filesystem>

#include "nanobragg/io/files/external_files.hpp"
#include "nanobragg/io/geometry/geometry_file.hpp"

namespace nanobragg::io {

namespace nxmx {
class Fields;
}

// The first entry of a file of any program, with a module a panel: their chains of transformations
// (NeXus, NXtransformations), the wavelength or spectrum and the polarisation of the beam, the axis
// of the goniometer that moves, and the pixel mask; what changes from exposure to exposure is that
// of one, from 0 on. The orientation is a `ub_matrix` in one over a length with columns a*, b*, c*
// in the frame of the file, as this program writes it. EIGER files without modules are read by
// their distance and beam centre. Throws Error, naming the path in the file.
GeometryFile read_nxmx_geometry(const std::filesystem::path& path, std::size_t exposure,
                                ExternalFiles external);
GeometryFile read_nxmx_geometry(const nxmx::Fields& fields);

}  // namespace nanobragg::io
