// The beam of an NXmx file: wavelength or spectrum, and polarisation.
#pragma once

#include "nanobragg/io/geometry/geometry_file.hpp"
#include "nanobragg/io/nxmx/fields.hpp"

namespace nanobragg::io::nxmx {

// Reads the first NXbeam of these groups that has a wavelength or an energy, else an
// NXmonochromator. An array of wavelengths with weights is one spectrum for all exposures; with
// rows of weights, one each; without weights, a wavelength each exposure. `images` is how many
// images there are, 0 where that is not known. Throws Error, naming the path, for other shapes.
void read_beam(const Fields& fields, const std::vector<std::string>& groups, std::size_t images,
               GeometryFile& out);

}  // namespace nanobragg::io::nxmx
