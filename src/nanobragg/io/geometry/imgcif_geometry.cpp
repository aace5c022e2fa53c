// Takes panels, beam and spindle from the axes of a header, or from its comments.
#include "nanobragg/io/geometry/imgcif_geometry.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/text.hpp"
#include "nanobragg/io/geometry/imgcif_arrays.hpp"
#include "nanobragg/io/geometry/imgcif_axes.hpp"
#include "nanobragg/io/images/imgcif_text.hpp"
#include "nanobragg/io/images/pilatus_header.hpp"

namespace nanobragg::io {
namespace {

double radians(double degrees) { return degrees / constants::kDegreesPerRadian; }

struct Wavelength {
  std::optional<std::string> id;
  double angstrom;
  std::optional<double> weight;
};

std::vector<Wavelength> wavelengths_of(const ImgcifText& text, const std::string& name) {
  std::vector<Wavelength> found;
  const auto add = [&](const ImgcifRow& row) {
    const auto value = row.number(0);
    if (!value) return;
    if (!(*value > 0.0)) throw Error(fmt::format("impossible wavelength {}", *value), name);
    found.push_back({row.word(1), *value, row.number(2)});
  };
  for (const auto& row : text.rows("_diffrn_radiation_wavelength.", {"wavelength", "?id", "?wt"})) {
    add(row);
  }
  // The names that CIFs without a dot have for it, and mmCIF's of one beamline.
  for (const auto& [prefix, item] : {std::pair("_diffrn_radiation_", "wavelength"),
                                     std::pair("_diffrn_radiation_wavelength_", "wavelength"),
                                     std::pair("_diffrn_source.", "pdbx_wavelength")}) {
    if (!found.empty()) break;
    for (const auto& row : text.rows(prefix, {item, "?no_id", "?no_weight"})) add(row);
  }
  return found;
}

// Weights make one beam of several wavelengths; nothing where any has none.
std::vector<SpectrumPoint> spectrum_of(const std::vector<Wavelength>& found,
                                       const std::string& name) {
  std::vector<SpectrumPoint> spectrum;
  for (const Wavelength& one : found) {
    if (!one.weight) return {};
    if (!(*one.weight >= 0.0)) throw Error(fmt::format("impossible weight {}", *one.weight), name);
    if (*one.weight > 0.0) spectrum.push_back({1e-10 * one.angstrom, *one.weight});
  }
  return spectrum;
}

void read_wavelength(const ImgcifText& text, const std::string& name, GeometryFile& file) {
  std::vector<Wavelength> found = wavelengths_of(text, name);
  if (found.empty()) return;
  std::optional<std::string> set;
  for (const auto& row : text.rows("_diffrn.", {"id"})) {
    if (!set) set = row.word(0);
  }
  for (const auto& row : text.rows("_diffrn_radiation.", {"wavelength_id", "?diffrn_id"})) {
    const auto id = row.word(0);
    const bool is_of_another = set && row.word(1) && row.word(1) != set;
    if (!id || is_of_another) continue;
    const auto named = std::ranges::find(found, id, &Wavelength::id);
    if (named != found.end()) {
      file.wavelength_m = 1e-10 * named->angstrom;
      return;
    }
    file.warnings.push_back(fmt::format(
        "{}: _diffrn_radiation.wavelength_id {} is in no row of _diffrn_radiation_wavelength", name,
        *id));
  }
  std::vector<SpectrumPoint> spectrum = spectrum_of(found, name);
  if (!spectrum.empty()) {
    file.wavelength_m = mean_wavelength_m(spectrum);
    if (spectrum.size() > 1) file.spectrum = std::move(spectrum);
    return;
  }
  const auto strongest = std::ranges::max_element(
      found, {}, [](const Wavelength& one) { return one.weight.value_or(1.0); });
  file.wavelength_m = 1e-10 * strongest->angstrom;
  if (found.size() == 1) return;
  std::vector<double> all;
  for (const Wavelength& one : found) all.push_back(one.angstrom);
  file.warnings.push_back(
      fmt::format("{} has wavelengths of {} Å and does not say which is used: taking {} Å, the "
                  "first of the largest weight (-lambda gives one, -spectrum several)",
                  name, fmt::join(all, ", "), strongest->angstrom));
}

// The ratio is (I_p − I_n)/(I_p + I_n), in the plane of polarisation and along its normal, which
// the norm turns from y towards x (the imgCIF dictionary, _diffrn_radiation.polarizn_source_ratio
// and _norm): Kahn's factor.
void read_polarisation(const ImgcifText& text, const std::string& name, GeometryFile& file) {
  for (const auto& row :
       text.rows("_diffrn_radiation.", {"polarizn_source_ratio", "?polarizn_source_norm"})) {
    const auto ratio = row.number(0);
    if (!ratio) continue;
    if (!(std::abs(*ratio) <= 1.0)) {
      throw Error(fmt::format("impossible polarizn_source_ratio {}", *ratio), name);
    }
    const double turn = radians(row.number(1).value_or(0.0));
    const Vec3<double> normal = from_imgcif({std::sin(turn), std::cos(turn), 0.0});
    file.kahn_factor = *ratio;
    file.polarisation_axis = unit(cross(normal, file.beam_direction));
    return;
  }
}

// The axis that moves from frame to frame; without one, the first of the goniometer.
void read_spindle(const ImgcifAxes& axes, const std::string& name, GeometryFile& file) {
  std::vector<const ImgcifAxis*> turning;
  std::vector<std::string> moving;
  for (const ImgcifAxis& axis : axes.all()) {
    if (!axis.of_goniometer || !axis.rotates) continue;
    const bool moves = axis.increment.value_or(0.0) != 0.0;
    if (moves) moving.push_back(axis.id);
    turning.insert(moves && moving.size() == 1 ? turning.begin() : turning.end(), &axis);
  }
  if (turning.empty()) return;
  const ImgcifAxis& spindle = *turning.front();
  if (moving.size() > 1) {
    file.warnings.push_back(fmt::format("{}: {} turn together: only {} is taken to", name,
                                        fmt::join(moving, " and "), spindle.id));
  }
  file.spindle_axis = from_imgcif(axes.direction(spindle));
  if (spindle.setting) file.phi_rad = radians(*spindle.setting);
  if (spindle.increment) file.oscillation_rad = radians(*spindle.increment);
}

// The frame itself stands along the beam, so that a source elsewhere contradicts it.
void check_source(const ImgcifText& text, const std::string& name, GeometryFile& file) {
  for (const auto& row :
       text.rows("_axis.", {"equipment", "id", "vector[1]", "vector[2]", "vector[3]"})) {
    if (row.text(0) != "source") continue;
    const auto number = [&](std::size_t i) { return row.number(i).value_or(0.0); };
    const Vec3<double> to_source{number(2), number(3), number(4)};
    constexpr double kAlong = 1e-6;
    if (!(length(to_source) > 0.0) || length(unit(to_source) - Vec3<double>{0, 0, 1}) < kAlong) {
      continue;
    }
    file.warnings.push_back(
        fmt::format("{}: axis {} puts the source along ({:g}, {:g}, {:g}): the beam is taken to "
                    "come along z, as the frame of imgCIF has it",
                    name, row.text(1), to_source.x, to_source.y, to_source.z));
  }
}

// What else the header says of beam and pixels, and what is taken says otherwise.
void check_rest(const ImgcifText& text, const std::string& name, GeometryFile& file) {
  const auto warn = [&](std::string_view item, const std::string& value, const char* what) {
    file.warnings.push_back(fmt::format("{}: {} {}: {}", name, item, value, what));
  };
  for (const char* item : {"div_x_source", "div_y_source"}) {
    for (const auto& row : text.rows("_diffrn_radiation.", {item})) {
      if (row.number(0).value_or(0.0) == 0.0) continue;
      warn(item, row.text(0), "left out (-divergence gives one)");
    }
  }
  for (const auto& row : text.rows("_diffrn_radiation.", {"probe"})) {
    const std::string probe = row.word(0).value_or("x-ray");
    if (probe != "x-ray") warn("probe", probe, "it scatters otherwise than the X-rays taken");
  }
  constexpr double kClose = 1e-3;
  const double pixel_m = file.panels.front().pixel_m;
  for (const auto& row : text.rows("_array_element_size.", {"size"})) {
    const auto size = row.number(0);
    if (!size || std::abs(*size - pixel_m) <= kClose * pixel_m) continue;
    warn("_array_element_size.size", row.text(0), "the increments of the axes are taken");
    return;
  }
}

// The dimensions of a single array are held against those of the binary section.
void check_size(std::string_view bytes, const std::string& name, const GeometryFile& file) {
  if (file.panels.size() != 1) return;
  const auto dimension = [&](std::string_view key) {
    const std::size_t at = bytes.find(key);
    return at == bytes.npos ? std::nullopt
                            : number_prefix(skip_space(bytes.substr(at + key.size())));
  };
  const auto fast = dimension("X-Binary-Size-Fastest-Dimension:");
  const auto slow = dimension("X-Binary-Size-Second-Dimension:");
  const auto [slow_pixels, fast_pixels] = file.panels.front().shape;
  if (!fast || !slow) return;
  if (fast->value == static_cast<double>(fast_pixels) &&
      slow->value == static_cast<double>(slow_pixels)) {
    return;
  }
  throw Error(fmt::format("an array of {} x {} pixels, of which the data have {:g} x {:g}",
                          fast_pixels, slow_pixels, fast->value, slow->value),
              name);
}

GeometryFile from_axes(const ImgcifText& text, const std::string& name) {
  GeometryFile file;
  file.format = "imgCIF header";
  const ImgcifFrame frame = first_frame(text);
  const ImgcifAxes axes(text, frame, name);
  file.panels = imgcif_panels(text, frame, axes, name);
  if (!frame.others.empty()) {
    file.warnings.push_back(fmt::format("{} holds {} frames: taking the first, {}", name,
                                        1 + frame.others.size(), frame.id.value_or("")));
  }
  file.warnings.insert(file.warnings.end(), axes.warnings().begin(), axes.warnings().end());
  check_source(text, name, file);
  check_rest(text, name, file);
  read_wavelength(text, name, file);
  read_polarisation(text, name, file);
  read_spindle(axes, name, file);
  return file;
}

}  // namespace

bool is_imgcif(std::string_view bytes) {
  return bytes.starts_with("###CBF") || bytes.substr(0, 4096).find("_array_data.") != bytes.npos;
}

GeometryFile parse_imgcif_geometry(std::string_view bytes, const std::string& name) {
  const ImgcifText text(bytes, name);
  if (!text.has_axes()) return parse_pilatus_header(bytes, name);
  GeometryFile file = from_axes(text, name);
  check_size(bytes, name, file);
  return file;
}

}  // namespace nanobragg::io
