// Detector geometries of CrystFEL (.geom).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/io/geometry/crystfel_mask.hpp"
#include "nanobragg/io/geometry/geometry_file.hpp"

namespace nanobragg::io {

// A point of a panel lies at (corner + n_fs·fs + n_ss·ss)/res, across the beam, and at clen +
// coffset along it; detector_shift_x and _y move all panels (CrystFEL's manual page
// crystfel_geometry(5)). Bad regions, no_index and mask_edge_pixels become the mask. clen, the
// wavelength and the shift belong to the whole file wherever they stand; other values without a
// panel hold for the panels first mentioned below them. A panel whose fs and ss are not quite
// square is read as the nearest that is. What the file says beyond that, of masks in data files, of
// measured values, of a bandwidth, comes back as warnings. Throws Error, with the line, for panels
// without range or resolution, for a clen that stands in the data file, for unknown units, and for
// electrons.
GeometryFile parse_crystfel_geometry(std::string_view text, const std::string& name);

// What readings of a panel mean, as far as the file says.
struct CrystfelReadings {
  std::optional<double> per_photon, per_eV;  // adu_per_photon, adu_per_eV
  std::optional<double> largest, least;      // max_adu, flag_lessthan
};

// The same with what data files and images need.
struct CrystfelDetector {
  GeometryFile file;
  std::vector<CrystfelPanel> panels;
  std::vector<CrystfelReadings> readings;  // of each panel
};
// Throws Error as above.
CrystfelDetector parse_crystfel_detector(std::string_view text, const std::string& name);

}  // namespace nanobragg::io
