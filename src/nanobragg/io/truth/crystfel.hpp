// Files of CrystFEL: detector geometry, unit cell, list of images, and solutions.
#pragma once

#include <filesystem>
#include <string>

#include "nanobragg/io/series/series_record.hpp"

namespace nanobragg::io {

// .geom of images in NXmx files, or in files without paths inside. The frame is that of McStas,
// lengths in pixels, clen in m; a panel's corner is the corner of its first pixel.
std::string crystfel_geometry(const ImageDescription& image, bool in_nxmx);

// .cell, with the lattice type that the numbers allow.
std::string crystfel_cell(const ImageDescription& image);

// .lst: a line for each image, with the number of the exposure where a file holds several.
std::string crystfel_list(const SeriesRecord& record);

// .sol of indexamajig --indexing=file: the reciprocal axes of each exposure in nm⁻¹, as the crystal
// stands in the middle of it, no shift of the detector, and the lattice type.
std::string crystfel_solutions(const SeriesRecord& record);

void write_geom(const std::filesystem::path& path, const DetectorImage& image);
void write_cell(const std::filesystem::path& path, const DetectorImage& image);

}  // namespace nanobragg::io
