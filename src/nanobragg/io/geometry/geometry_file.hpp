// What files of other programs say about an experiment: panels, beam, spindle, orientation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/geometry/vec3.hpp"
#include "nanobragg/io/files/external_files.hpp"
#include "nanobragg/io/lists/spectrum_file.hpp"
#include "nanobragg/model/lattice.hpp"

namespace nanobragg::io {

// A flat grid of square pixels.
struct GeometryPanel {
  std::string name;
  Vec3<double> corner_m;    // of the first pixel, relative to the sample
  Vec3<double> fast, slow;  // unit vectors
  double pixel_m;
  ImageShape shape;
  // The readings that can be trusted, both ends included.
  std::optional<std::array<double, 2>> trusted = {};
};

// All vectors are in this program's frame, that of MOSFLM: x along the beam, z along the spindle, y
// to complete a right-handed frame.
struct GeometryFile {
  std::string format;                          // for people: "DIALS experiment"
  std::vector<GeometryPanel> panels;           // at least one
  Vec3<double> beam_direction{1.0, 0.0, 0.0};  // unit vector, of travel
  std::optional<double> wavelength_m;
  std::optional<Vec3<double>> polarisation_axis;  // unit vector, electric field
  std::optional<double> kahn_factor;
  std::optional<Vec3<double>> spindle_axis;  // unit vector
  std::optional<double> phi_rad, oscillation_rad;
  std::optional<double> sensor_m;                    // thickness; that of "none" (1 nm) left out
  std::optional<Axes<double>> reciprocal_axes;       // Å⁻¹, at spindle angle 0
  std::shared_ptr<const Image<std::uint16_t>> mask;  // of the stack of panels; null: none
  std::vector<SpectrumPoint> spectrum;               // empty: one wavelength
  std::vector<std::string> warnings;  // of what the file states and this program does not use
};

// From the frame of imgCIF and DIALS: z from the sample to the source, x along the spindle
// (International Tables for Crystallography G, 3.7.2).
constexpr Vec3<double> from_imgcif(const Vec3<double>& v) { return {-v.z, v.y, v.x}; }
// The way back.
constexpr Vec3<double> to_imgcif(const Vec3<double>& v) { return {v.z, v.y, -v.x}; }

// From the frame of CrystFEL and NeXus: z along the beam, y up, x to complete it.
constexpr Vec3<double> from_crystfel(const Vec3<double>& v) { return {v.z, v.y, -v.x}; }

// Two vectors of a panel as unit vectors. Throws Error where they span no plane or are not at right
// angles within 0.1 mrad.
struct PanelAxes {
  Vec3<double> fast, slow;
};
PanelAxes checked_axes(const Vec3<double>& fast, const Vec3<double>& slow,
                       const std::string& where);

// A whole detector: reads DIALS .expt, CrystFEL .geom, NXmx, and the header of CBF images, chosen
// by content. `experiment` chooses one of several, from 0: of a .expt, or the exposure of an NXmx
// file, the first if nothing is said. Throws Error for what it cannot read, and for several
// experiments of which none was chosen.
GeometryFile read_geometry_file(const std::filesystem::path& path,
                                std::optional<std::size_t> experiment, ExternalFiles external);
GeometryFile parse_geometry_file(std::string_view bytes, const std::string& name,
                                 std::optional<std::size_t> experiment);

// Reciprocal axes (Å⁻¹) at spindle angle 0 from a DIALS .expt, an NXmx file or nine numbers without
// wavelength in the layout of a MOSFLM matrix, chosen by content. Throws Error as above, and where
// there is no crystal in it.
struct OrientationFile {
  Axes<double> axes;
  std::vector<std::string> warnings;
};
OrientationFile read_orientation_file(const std::filesystem::path& path,
                                      std::optional<std::size_t> experiment,
                                      ExternalFiles external);

}  // namespace nanobragg::io
