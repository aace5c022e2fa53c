// Follows chains of axes, or reads the comments.
#include "nanobragg/io/imgcif_geometry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <gemmi/cif.hpp>
#include <gemmi/numb.hpp>
#include <map>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/io/text.hpp"

namespace nanobragg::io {
namespace {

namespace cif = gemmi::cif;

double radians(double degrees) { return degrees / constants::kDegreesPerRadian; }

// Everything but the binary sections, which no reader of text survives.
std::string without_binaries(std::string_view bytes) {
  constexpr std::string_view kBegin = "--CIF-BINARY-FORMAT-SECTION--";
  constexpr std::string_view kEnd = "--CIF-BINARY-FORMAT-SECTION----";
  std::string text;
  while (true) {
    const std::size_t begin = bytes.find(kBegin);
    text += bytes.substr(0, begin);
    if (begin == std::string_view::npos) return text;
    const std::size_t end = bytes.find(kEnd, begin);
    if (end == std::string_view::npos) return text + "\n;\n";  // cut short after the header
    bytes.remove_prefix(end + kEnd.size());
  }
}

double number_or_0(const std::string& text) {
  const double value = cif::as_number(text, 0.0);
  return std::isfinite(value) ? value : 0.0;
}

struct Axis {
  bool rotates = false;
  bool of_goniometer = false;
  std::string depends_on;
  Vec3<double> vector, offset;
  double setting = 0.0;    // mm or degrees, in the first frame
  double increment = 0.0;  // degrees from frame to frame
};

using AxisMap = std::map<std::string, Axis>;

AxisMap read_axes(cif::Block& block, const std::string& name) {
  AxisMap axes;
  for (const auto& row :
       block.find("_axis.", {"id", "type", "equipment", "depends_on", "vector[1]", "vector[2]",
                             "vector[3]", "?offset[1]", "?offset[2]", "?offset[3]"})) {
    const auto number = [&](std::size_t i) { return row.has2(i) ? number_or_0(row[i]) : 0.0; };
    Axis axis;
    axis.rotates = row.str(1) == "rotation";
    axis.of_goniometer = row.str(2) == "goniometer";
    if (!cif::is_null(row[3])) axis.depends_on = row.str(3);
    axis.vector = {number(4), number(5), number(6)};
    axis.offset = {number(7), number(8), number(9)};
    if (axis.rotates) {
      if (!(length(axis.vector) > 0.0))
        throw Error("axis " + row.str(0) + " has no direction", name);
      axis.vector = unit(axis.vector);
    }
    axes[row.str(0)] = axis;
  }
  // Settings of the scan's start, then those of the first frame.
  const auto set = [&](const std::string& prefix, const std::string& angle,
                       const std::string& displacement, const std::string& increment) {
    for (const auto& row :
         block.find(prefix, {"axis_id", "?" + angle, "?" + displacement, "?" + increment})) {
      const auto found = axes.find(row.str(0));
      if (found == axes.end()) continue;
      Axis& axis = found->second;
      const std::size_t column = axis.rotates ? 1 : 2;
      if (row.has2(column)) axis.setting = number_or_0(row[column]);
      if (row.has2(3)) axis.increment = number_or_0(row[3]);
    }
  };
  set("_diffrn_scan_axis.", "angle_start", "displacement_start", "angle_increment");
  set("_diffrn_scan_frame_axis.", "angle", "displacement", "no_such_item");
  return axes;
}

// A point after all axes of the chain that begins at `id`, mm.
Vec3<double> carried(const AxisMap& axes, std::string id, Vec3<double> point,
                     const std::string& name) {
  for (std::size_t steps = 0; !id.empty(); ++steps) {
    const auto found = axes.find(id);
    if (found == axes.end()) throw Error("no axis " + id, name);
    if (steps > axes.size()) throw Error("axis " + id + " depends on itself", name);
    const Axis& axis = found->second;
    point = axis.rotates ? rotate_about(point, axis.vector, radians(axis.setting))
                         : point + axis.setting * axis.vector;
    point = point + axis.offset;
    id = axis.depends_on;
  }
  return point;
}

// One direction of an array.
struct Direction {
  std::size_t pixels = 0;
  std::string axis;
  double first = 0.0, step = 0.0;  // mm
};

struct Array {
  Direction fast, slow;
};

std::map<std::string, Array> read_arrays(cif::Block& block, const std::string& name) {
  struct Setting {
    std::string axis;
    double first, step;
  };
  std::map<std::string, Setting> settings;
  for (const auto& row :
       block.find("_array_structure_list_axis.",
                  {"axis_set_id", "axis_id", "displacement", "displacement_increment"})) {
    settings[row.str(0)] = {row.str(1), number_or_0(row[2]), number_or_0(row[3])};
  }
  std::map<std::string, Array> arrays;
  for (const auto& row :
       block.find("_array_structure_list.",
                  {"array_id", "dimension", "precedence", "direction", "axis_set_id"})) {
    const auto found = settings.find(row.str(4));
    if (found == settings.end()) throw Error("no axis set " + row.str(4), name);
    const double pixels = number_or_0(row[1]);
    constexpr double kMost = 100000.0;
    if (!(pixels >= 1.0 && pixels <= kMost)) throw Error("impossible array dimension", name);
    const auto& [axis, first, step] = found->second;
    const bool decreasing = row.str(3) == "decreasing";
    Array& array = arrays[row.str(0)];
    (row.str(2) == "1" ? array.fast : array.slow) = {static_cast<std::size_t>(pixels), axis, first,
                                                     decreasing ? -step : step};
  }
  return arrays;
}

GeometryPanel panel_of(const AxisMap& axes, const Array& array, const std::string& id,
                       const std::string& name) {
  if (array.fast.pixels == 0 || array.slow.pixels == 0) {
    throw Error("array " + id + " has no two axes", name);
  }
  // Where the pixels are along the two axes of the array: one hangs on the other.
  const auto at = [&](double fast, double slow) {
    AxisMap moved = axes;
    const auto move = [&](const Direction& along, double pixels) {
      const auto found = moved.find(along.axis);
      if (found == moved.end()) throw Error("no axis " + along.axis, name);
      found->second.setting = along.first + pixels * along.step;
    };
    move(array.fast, fast);
    move(array.slow, slow);
    const auto& hangs =
        axes.at(array.fast.axis).depends_on == array.slow.axis ? array.fast : array.slow;
    return carried(moved, hangs.axis, {}, name);
  };
  const Vec3<double> corner = at(0.0, 0.0);
  const Vec3<double> fast = at(1.0, 0.0) - corner;
  const Vec3<double> slow = at(0.0, 1.0) - corner;
  constexpr double kSquare = 1e-6;
  if (std::abs(length(fast) - length(slow)) > kSquare * length(fast)) {
    throw Error(fmt::format("pixels of {:.6g} × {:.6g} mm (they must be square)", length(fast),
                            length(slow)),
                name);
  }
  const PanelAxes directions = checked_axes(from_imgcif(fast), from_imgcif(slow), name);
  return {id,
          1e-3 * from_imgcif(corner),
          directions.fast,
          directions.slow,
          1e-3 * length(fast),
          {array.slow.pixels, array.fast.pixels}};
}

// The axis that moves from frame to frame; without one, the first of the goniometer.
const Axis* spindle_of(const AxisMap& axes) {
  const Axis* first = nullptr;
  for (const auto& [id, axis] : axes) {
    if (!axis.of_goniometer || !axis.rotates) continue;
    if (axis.increment != 0.0) return &axis;
    if (first == nullptr) first = &axis;
  }
  return first;
}

// polarizn_source_ratio is Kahn's factor, (I along the plane − I across it)/(I along + I across), of a
// plane whose normal is turned from y by polarizn_source_norm; only 0 is understood, the field along
// x.
void take_polarisation(cif::Block& block, GeometryFile& file) {
  const std::string* const ratio = block.find_value("_diffrn_radiation.polarizn_source_ratio");
  const std::string* const normal = block.find_value("_diffrn_radiation.polarizn_source_norm");
  if (!ratio || (normal && number_or_0(*normal) != 0.0)) return;
  const double factor = cif::as_number(*ratio);
  if (!(std::abs(factor) <= 1.0)) return;
  file.kahn_factor = factor;
  file.polarisation_axis = from_imgcif({1, 0, 0});
}

GeometryFile from_axes(cif::Block& block, const std::string& name) {
  GeometryFile file;
  file.format = "imgCIF header";
  const AxisMap axes = read_axes(block, name);
  const auto arrays = read_arrays(block, name);
  for (const auto& row : block.find("_diffrn_data_frame.", {"array_id", "?binary_id"})) {
    const auto found = arrays.find(row.str(0));
    if (found == arrays.end()) throw Error("no array " + row.str(0), name);
    file.panels.push_back(panel_of(axes, found->second, row.str(0), name));
  }
  if (file.panels.empty()) {
    for (const auto& [id, array] : arrays) file.panels.push_back(panel_of(axes, array, id, name));
  }
  if (file.panels.empty()) throw Error("no array of the detector", name);
  if (const std::string* text = block.find_value("_diffrn_radiation_wavelength.wavelength")) {
    const double angstrom = number_or_0(*text);
    if (angstrom > 0.0) file.wavelength_m = 1e-10 * angstrom;
  }
  if (const Axis* spindle = spindle_of(axes)) {
    file.spindle_axis = from_imgcif(spindle->vector);
    file.phi_rad = radians(spindle->setting);
    if (spindle->increment != 0.0) file.oscillation_rad = radians(spindle->increment);
  }
  take_polarisation(block, file);
  return file;
}

// "# Beam_xy (1.5, 2.5) pixels": the numbers of a comment.
std::vector<double> comment(std::string_view text, std::string_view key) {
  const std::size_t at = text.find(key);
  std::vector<double> numbers;
  if (at == std::string_view::npos) return numbers;
  std::string_view rest = text.substr(at + key.size());
  rest = rest.substr(0, rest.find('\n'));
  while (!rest.empty()) {
    const auto number = number_prefix(rest);
    // A digit inside a word is no number.
    if (number && number->length > 0) numbers.push_back(number->value);
    rest.remove_prefix(number ? number->length : 1);
  }
  return numbers;
}

GeometryFile from_comments(std::string_view text, const std::string& name) {
  const auto needed = [&](std::string_view key, std::size_t count) {
    auto numbers = comment(text, key);
    if (numbers.size() < count) {
      throw Error(fmt::format("no geometry in the header (neither axes nor {})", key), name);
    }
    return numbers;
  };
  const double pixel_m = needed("# Pixel_size", 1)[0];
  const double distance_m = needed("# Detector_distance", 1)[0];
  const auto beam = needed("# Beam_xy", 2);
  const auto fast = needed("X-Binary-Size-Fastest-Dimension:", 1)[0];
  const auto slow = needed("X-Binary-Size-Second-Dimension:", 1)[0];
  constexpr double kMost = 100000.0;
  if (!(pixel_m > 0.0) || !(fast >= 1.0 && fast <= kMost) || !(slow >= 1.0 && slow <= kMost)) {
    throw Error("impossible pixels in the header", name);
  }
  GeometryFile file;
  file.format = "PILATUS header";
  file.panels.push_back({"",
                         from_imgcif({-beam[0] * pixel_m, beam[1] * pixel_m, -distance_m}),
                         from_imgcif({1, 0, 0}),
                         from_imgcif({0, -1, 0}),
                         pixel_m,
                         {static_cast<std::size_t>(slow), static_cast<std::size_t>(fast)}});
  const auto optional = [&](std::string_view key) -> std::optional<double> {
    const auto numbers = comment(text, key);
    return numbers.empty() ? std::nullopt : std::optional(numbers[0]);
  };
  if (const auto angstrom = optional("# Wavelength"); angstrom && *angstrom > 0.0) {
    file.wavelength_m = 1e-10 * *angstrom;
  }
  file.spindle_axis = from_imgcif({1, 0, 0});
  // The share of the light whose field is along the spindle.
  if (const auto share = optional("# Polarization"); share && *share >= 0.0 && *share <= 1.0) {
    file.kahn_factor = 2.0 * *share - 1.0;
    file.polarisation_axis = from_imgcif({1, 0, 0});
  }
  if (const auto start = optional("# Start_angle")) file.phi_rad = radians(*start);
  if (const auto width = optional("# Angle_increment")) file.oscillation_rad = radians(*width);
  return file;
}

}  // namespace

bool is_imgcif(std::string_view bytes) {
  return bytes.starts_with("###CBF") || bytes.substr(0, 4096).find("_array_data.") != bytes.npos;
}

GeometryFile parse_imgcif_geometry(std::string_view bytes, const std::string& name) {
  const std::string text = without_binaries(bytes);
  try {
    cif::Document document = cif::read_memory(text.data(), text.size(), name.c_str());
    for (cif::Block& block : document.blocks) {
      if (block.find("_axis.", {"id"}).ok()) return from_axes(block, name);
    }
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    throw Error(fmt::format("no CIF ({})", error.what()), name);
  }
  return from_comments(bytes, name);
}

}  // namespace nanobragg::io
