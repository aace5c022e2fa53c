// What -geometry and -crystal name: a detector and an orientation from the files of other programs.
#pragma once

#include <optional>
#include <vector>

#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/config/resolve/detector_frame.hpp"
#include "nanobragg/io/geometry/geometry_file.hpp"
#include "nanobragg/model/lattice.hpp"

namespace nanobragg::config {

// Of -external_files.
io::ExternalFiles external_files(const Settings& settings);

// The settings with an SMV file of -geometry as that of -img: its header gives what no flag gives.
// Throws UsageError where both are given.
Settings with_header_file(const Settings& settings);

// Nothing without -geometry. Throws UsageError where flags place the detector as well.
std::optional<io::GeometryFile> read_geometry(const Settings& settings);

// Reciprocal axes (Å⁻¹) at spindle angle 0 from the file of -crystal, else from that of -geometry.
// Nothing where neither has them, where -mat or -cell is given besides -geometry, and where
// -crystal names a MOSFLM matrix, which is read as that of -mat. Throws UsageError for -crystal
// with -mat.
std::optional<io::OrientationFile> read_orientation(
    const Settings& settings, const std::optional<io::GeometryFile>& geometry);

// The settings with the matrix of -crystal as that of -mat, and with the polarisation of the file.
Settings with_geometry_values(const Settings& settings,
                              const std::optional<io::GeometryFile>& geometry);

// What the file says and the run does not follow. `settings` as the user gives them.
std::vector<std::string> geometry_warnings(const Settings& settings,
                                           const io::GeometryFile& geometry);

// Wavelength and spindle angles, as the header of an image would give them.
HeaderGeometry header_of(const io::GeometryFile& geometry);

// A panel that stands where its corner is, whatever a beamline calls that.
DetectorPlacement<double> placement_by_corner(const PanelFrame<double>& panel,
                                              const Vec3<double>& beam);

// The first panel as the detector of a custom convention.
DetectorFrame frame_of(const io::GeometryFile& geometry);

// All panels.
std::vector<Panel> panels_of(const io::GeometryFile& geometry);

}  // namespace nanobragg::config
