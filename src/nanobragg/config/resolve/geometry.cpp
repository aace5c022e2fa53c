// Puts what the files say in the place of flags.
#include "nanobragg/config/resolve/geometry.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/config/resolve/convert.hpp"
#include "nanobragg/io/images/smv.hpp"

namespace nanobragg::config {
namespace {

std::optional<std::size_t> chosen(const Settings& settings) {
  if (!settings.experiment) return std::nullopt;
  return static_cast<std::size_t>(*settings.experiment);
}

// The file says all of this.
void check_alone(const Settings& s) {
  const auto refuse = [](bool given, const std::string& flag) {
    if (!given) return;
    throw UsageError(fmt::format("{} with -geometry (the file places the detector)", flag), "",
                     "leave one of them out");
  };
  const compat::Base mode = value(s, &Settings::compat).base;
  refuse(mode != compat::Base::physical, fmt::format("-compat {}", word_of(mode)));
  refuse(s.convention.has_value(), "a convention or a direction of detector or beam");
  refuse(s.header_file.has_value(), "-img");
  refuse(s.distance_mm.has_value() || s.close_distance_mm.has_value(), "-distance");
  refuse(s.beam_x_mm.has_value() || s.beam_y_mm.has_value(), "-Xbeam or -Ybeam");
  refuse(s.close_x_mm.has_value() || s.close_y_mm.has_value(), "-Xclose or -Yclose");
  refuse(s.org_x.has_value() || s.org_y.has_value(), "-ORGX or -ORGY");
  refuse(s.pivot.has_value(), "-pivot");
  const auto turns = [](const std::optional<double>& degrees) {
    return degrees.value_or(0.0) != 0.0;
  };
  refuse(turns(s.tilt_x_deg) || turns(s.tilt_y_deg) || turns(s.tilt_z_deg),
         "a tilt of the detector");
  refuse(turns(s.twotheta_deg), "-twotheta");
  refuse(s.pixel_mm.has_value(), "-pixel");
  refuse(s.pixels_fast.has_value() || s.pixels_slow.has_value(), "-detpixels");
  refuse(s.size_fast_mm.has_value() || s.size_slow_mm.has_value(), "-detsize");
}

bool is_mosflm_matrix(const std::string& file) {
  return std::filesystem::path(file).extension() == ".mat";
}

DetectorPlacement<double> placement_of(const io::GeometryPanel& panel, const Vec3<double>& beam) {
  Vec3<double> normal = cross(panel.fast, panel.slow);
  if (dot(normal, panel.corner_m) < 0.0) normal = -normal;
  return placement_by_corner(
      {.corner = panel.corner_m, .fast = panel.fast, .slow = panel.slow, .normal = normal}, beam);
}

}  // namespace

io::ExternalFiles external_files(const Settings& settings) {
  return settings.external_files.value_or(false) ? io::ExternalFiles::anywhere
                                                 : io::ExternalFiles::beside;
}

DetectorPlacement<double> placement_by_corner(const PanelFrame<double>& panel,
                                              const Vec3<double>& beam) {
  return {.beam = beam,
          .fast = panel.fast,
          .slow = panel.slow,
          .normal = panel.normal,
          .twotheta_axis = vectors_of(Convention::mosflm).twotheta_axis,
          .close_f = 0.0,
          .close_s = 0.0,
          .beam_f = 0.0,
          .beam_s = 0.0,
          .distance = 0.0,
          .close_distance = std::nullopt,
          .tilt = {},
          .twotheta = 0.0,
          .pivot = Pivot::beam,
          .corner = panel.corner};
}

std::optional<io::GeometryFile> read_geometry(const Settings& settings) {
  if (!settings.geometry_file) {
    if (settings.experiment && !settings.crystal_file) {
      throw UsageError("-experiment without -geometry or -crystal (it chooses in their files)");
    }
    return std::nullopt;
  }
  check_alone(settings);
  return io::read_geometry_file(*settings.geometry_file, chosen(settings),
                                external_files(settings));
}

std::optional<io::OrientationFile> read_orientation(
    const Settings& settings, const std::optional<io::GeometryFile>& geometry) {
  if (!settings.crystal_file) {
    const bool by_flags = settings.matrix_file || settings.cell;
    if (!geometry || by_flags || !geometry->reciprocal_axes) return std::nullopt;
    return io::OrientationFile{*geometry->reciprocal_axes, {}};
  }
  const std::string& name = *settings.crystal_file;
  if (settings.matrix_file) throw UsageError("both -crystal and -mat (each gives the orientation)");
  if (is_mosflm_matrix(name)) return std::nullopt;
  return io::read_orientation_file(name, chosen(settings), external_files(settings));
}

Settings with_header_file(const Settings& settings) {
  if (!settings.geometry_file || !io::is_smv(*settings.geometry_file)) return settings;
  if (settings.header_file) {
    throw UsageError("-img with -geometry of an SMV file (each is a header)", "",
                     "leave one of them out");
  }
  if (settings.experiment && !settings.crystal_file) {
    throw UsageError(fmt::format("-experiment with '{}' (it holds one)", *settings.geometry_file));
  }
  Settings filled = settings;
  filled.header_file = std::exchange(filled.geometry_file, std::nullopt);
  return filled;
}

Settings with_geometry_values(const Settings& settings,
                              const std::optional<io::GeometryFile>& geometry) {
  Settings filled = settings;
  if (settings.crystal_file && is_mosflm_matrix(*settings.crystal_file)) {
    filled.matrix_file = std::exchange(filled.crystal_file, std::nullopt);
  }
  if (!geometry) return filled;
  if (!filled.kahn_factor) filled.kahn_factor = geometry->kahn_factor;
  return filled;
}

std::vector<std::string> geometry_warnings(const Settings& settings,
                                           const io::GeometryFile& geometry) {
  std::vector<std::string> out = geometry.warnings;
  const std::string& name = *settings.geometry_file;
  const bool has_width = geometry.oscillation_rad || settings.oscillation_deg;
  if (geometry.phi_rad && *geometry.phi_rad != 0.0 && !settings.phi_deg && !has_width) {
    out.push_back(
        fmt::format("{}: the spindle starts at {:g}°, and the file does not say how far "
                    "it turns (-osc does)",
                    name, *geometry.phi_rad * constants::kDegreesPerRadian));
  }
  if (geometry.sensor_m && !settings.thickness_um && !settings.sensor) {
    out.push_back(
        fmt::format("{}: a sensor of {:g} mm is left out: -detector_thick or -sensor gives one",
                    name, 1e3 * *geometry.sensor_m));
  }
  return out;
}

HeaderGeometry header_of(const io::GeometryFile& geometry) {
  HeaderGeometry header;
  header.wavelength_m = geometry.wavelength_m;
  header.phi_rad = geometry.phi_rad;
  header.oscillation_rad = geometry.oscillation_rad;
  return header;
}

DetectorFrame frame_of(const io::GeometryFile& geometry) {
  const ConventionVectors& mosflm = vectors_of(Convention::mosflm);
  const io::GeometryPanel& panel = geometry.panels.front();
  const auto extent = [&](std::size_t pixels) {
    return panel.pixel_m * static_cast<double>(pixels);
  };
  DetectorFrame frame{};
  frame.convention = Convention::custom;
  frame.placing = placement_of(panel, geometry.beam_direction);
  frame.placed = place(frame.placing);
  frame.vectors = {
      .beam = geometry.beam_direction,
      .fast = panel.fast,
      .slow = panel.slow,
      .normal = frame.placing.normal,
      .twotheta_axis = mosflm.twotheta_axis,
      .polarisation_axis = geometry.polarisation_axis.value_or(mosflm.polarisation_axis),
      .spindle_axis = geometry.spindle_axis.value_or(mosflm.spindle_axis)};
  frame.shape = panel.shape;
  frame.size = {extent(panel.shape.fast), extent(panel.shape.slow), panel.pixel_m};
  frame.beam_centre = {frame.placed.beam_f, frame.placed.beam_s};
  frame.close_point = {frame.placed.close_f, frame.placed.close_s};
  frame.placement = Placement::by_corner;
  return frame;
}

std::vector<Panel> panels_of(const io::GeometryFile& geometry) {
  std::vector<Panel> panels;
  for (const io::GeometryPanel& panel : geometry.panels) {
    const PlacedDetector<double> p = place(placement_of(panel, geometry.beam_direction));
    panels.push_back(Panel({.corner_m = p.corner,
                            .fast = p.fast,
                            .slow = p.slow,
                            .normal = p.normal,
                            .pixel_size = Metre(panel.pixel_m),
                            .shape = panel.shape,
                            .close_distance = Metre(p.close_distance),
                            .distance = Metre(p.distance)}));
  }
  return panels;
}

}  // namespace nanobragg::config
