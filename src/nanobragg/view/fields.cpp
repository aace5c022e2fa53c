// The table of fields, and what their values are.
#include "nanobragg/view/fields.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/base/units.hpp"
#include "nanobragg/config/detectors/catalogue.hpp"
#include "nanobragg/config/options/command_words.hpp"
#include "nanobragg/config/options/number.hpp"
#include "nanobragg/config/options/words.hpp"
#include "nanobragg/model/crystal_shape.hpp"
#include "nanobragg/refine/crystal_system.hpp"

namespace nanobragg::view {
namespace {

using enum FieldKind;
using enum SliderScale;

std::vector<FieldGroup> make_groups() {
  return {
      {"Orientation",
       {{"crystal.misset_deg", "Turn about x, y, z", "°", "x y z", number, {linear, -180.0, 180.0}},
        {"spindle.phi_deg", "Spindle", "°", "", number, {linear, -180.0, 180.0}},
        {"spindle.oscillation_deg", "Oscillation", "°", "", number, {linear, 0.0, 2.0}}}},
      {"Crystal",
       {{"crystal.cell_A_deg", "Cell", "Å, °", "a b c α β γ", number, {around, 0.9, 1.1}},
        {"crystal.cells_a", "Cells along a", "", "", number, {logarithmic, 1.0, 1000.0}},
        {"crystal.cells_b", "Cells along b", "", "", number, {logarithmic, 1.0, 1000.0}},
        {"crystal.cells_c", "Cells along c", "", "", number, {logarithmic, 1.0, 1000.0}},
        {"crystal.shape", "Shape", "", "", choice},
        {"crystal.crystal_size", "Size of the whole", "", "", text},
        {"crystal.mosaic_spread_deg", "Mosaic spread", "°", "", number, {linear, 0.0, 1.0}},
        {"crystal.mosaic_shape", "Mosaic shape", "", "", choice},
        {"crystal.mosaic_domains", "Mosaic domains", "", "", number, {logarithmic, 1.0, 100.0}},
        {"crystal.cell_spread_percent", "Spread of cells", "%", "", number, {linear, 0.0, 2.0}},
        {"crystal.B_A2", "Temperature factor", "Å²", "", number, {linear, 0.0, 100.0}},
        {"crystal.default_F", "Unknown amplitudes", "e", "", number, {linear, 0.0, 500.0}},
        {"crystal.wilson_B_A2_seed",
         "Wilson statistics",
         "Å²",
         "B seed",
         number,
         {linear, 0.0, 60.0}}}},
      {"Beam",
       {{"beam.wavelength_A", "Wavelength", "Å", "", number, {around, 0.7, 1.3}},
        {"beam.dispersion_percent", "Spectral width", "%", "", number, {linear, 0.0, 5.0}},
        {"beam.dispersion_shape", "Spectrum", "", "", choice},
        {"beam.hdiv_range_mrad", "Divergence, horizontal", "mrad", "", number, {linear, 0.0, 5.0}},
        {"beam.vdiv_range_mrad", "Divergence, vertical", "mrad", "", number, {linear, 0.0, 5.0}},
        {"beam.divergence_shape", "Divergence", "", "", choice},
        {"beam.kahn_factor", "Polarisation", "", "", number, {linear, -1.0, 1.0}},
        {"beam.flux_per_s", "Flux", "photons/s", "", number, {logarithmic, 1e8, 1e14}},
        {"beam.exposure_s", "Exposure", "s", "", number, {logarithmic, 1e-3, 10.0}},
        {"beam.beamsize_mm", "Beam size", "mm", "", number, {logarithmic, 1e-3, 1.0}},
        {"beam.fluence_per_m2", "Fluence", "photons/m²", "", number, {around, 0.01, 100.0}}}},
      {"Detector",
       {{"detector.name", "Known detector", "", "", choice},
        {"detector.distance_mm", "Distance", "mm", "", number, {around, 0.5, 2.0}},
        {"detector.beam_x_mm", "Beam centre X", "mm", "", number, {around, 0.9, 1.1}},
        {"detector.beam_y_mm", "Beam centre Y", "mm", "", number, {around, 0.9, 1.1}},
        {"detector.twotheta_deg", "Swing 2θ", "°", "", number, {linear, -30.0, 30.0}},
        {"detector.pixel_mm", "Pixel", "mm", "", number, {around, 0.5, 2.0}},
        {"detector.beamstop_diameter_mm", "Beamstop", "mm", "", number, {linear, 0.0, 5.0}},
        {"detector.beamstop_distance_mm", "Beamstop at", "mm", "", number, {linear, 1.0, 200.0}}}},
      {"Background",
       {{"background.materials", "Materials", "", "", text},
        {"crystal.water_um", "Water (cube)", "µm", "", number, {linear, 0.0, 1000.0}}}},
      {"Sampling",
       {{"sampling.dmin_A", "Resolution limit", "Å", "", number, {linear, 0.0, 10.0}},
        {"sampling.oversample", "Sub-pixels", "", "", number, {linear, 0.0, 10.0}}}},
  };
}

const config::Option* find_option(std::string_view path) {
  for (const config::Option& option : config::option_table()) {
    if (config::path_of(option) == path) return &option;
  }
  return nullptr;
}

CellParameters<double> cell_of_scene(const Scene& scene) {
  return cell_of(lattice_of(*scene.job.experiment.crystal));
}

std::vector<std::string> texts_of(const CellParameters<double>& cell) {
  const double degrees = constants::kDegreesPerRadian;
  std::vector<std::string> out;
  for (const double x :
       {cell.a, cell.b, cell.c, cell.alpha * degrees, cell.beta * degrees, cell.gamma * degrees}) {
    // Ten digits, so that an angle of 90° is written so.
    out.push_back(config::shortest(std::round(x * 1e7) / 1e7));
  }
  return out;
}

// What an option came to that nobody gave.
std::vector<std::string> resolved_value(std::string_view path, const Scene& scene) {
  const Experiment& e = scene.job.experiment;
  const config::DetectorFrame& frame = scene.job.origin.frame;
  const auto one = [](double x) { return std::vector{config::shortest(x)}; };
  if (path == "crystal.misset_deg") {
    const Vec3<double> v = constants::kDegreesPerRadian * e.crystal->misset_rad;
    return {config::shortest(v.x), config::shortest(v.y), config::shortest(v.z)};
  }
  if (path == "crystal.cell_A_deg") return texts_of(cell_of_scene(scene));
  if (path == "beam.wavelength_A") return one(to_angstrom(e.beam->wavelength).value());
  if (path == "spindle.phi_deg") return one(to_degree(e.spindle.start).value());
  if (path == "spindle.oscillation_deg") {
    return one(constants::kDegreesPerRadian * e.spindle.oscillation.range.value_or(0.0));
  }
  if (path == "detector.distance_mm") return one(1e3 * e.detector.panels.front()->distance.value());
  if (path == "detector.beam_x_mm") return one(1e3 * frame.beam_centre.x);
  if (path == "detector.beam_y_mm") return one(1e3 * frame.beam_centre.y);
  if (path == "detector.pixel_mm") return one(1e3 * e.detector.panels.front()->pixel_size.value());
  return {};
}

template <class E>
std::vector<std::string> texts_of_words() {
  std::vector<std::string> out;
  for (const config::Word<E>& word : config::words<E>()) out.emplace_back(word.text);
  return out;
}

}  // namespace

std::span<const FieldGroup> field_groups() {
  static const std::vector<FieldGroup> kGroups = make_groups();
  return kGroups;
}

const config::Option& option_of_field(std::string_view path) {
  for (const FieldGroup& group : field_groups()) {
    for (const Field& field : group.fields) {
      if (field.path == path) return *find_option(path);
    }
  }
  throw UsageError("no field '" + std::string(path) + "'");
}

std::vector<std::string> value_of(const Field& field, const Scene& scene) {
  // A turn may be given as a word, and a cell by fewer numbers than it has.
  const bool is_resolved = field.path == "crystal.misset_deg" || field.path == "crystal.cell_A_deg";
  if (is_resolved) return resolved_value(field.path, scene);
  const config::Option& option = *find_option(field.path);
  for (const config::Settings& settings : {scene.given, scene.job.origin.effective}) {
    auto words = config::value_words(settings, option);
    if (!words.empty()) return words;
  }
  return resolved_value(field.path, scene);
}

std::vector<std::string> choices_of(const Field& field) {
  if (field.path == "crystal.shape") return texts_of_words<CrystalShape>();
  if (field.path == "crystal.mosaic_shape") return texts_of_words<MosaicShape>();
  if (field.path == "detector.name") {
    std::vector<std::string> out;
    for (const auto& entry : config::detector_catalogue()) out.emplace_back(entry.name);
    return out;
  }
  return texts_of_words<Profile>();
}

CellFreedom cell_freedom(const Scene& scene) {
  const CellParameters<double> cell = cell_of_scene(scene);
  const auto system = refine::detect_system(cell, {});
  CellFreedom out{std::string(refine::name_of(system)), std::vector<bool>(6, false)};
  const auto constraints = refine::constraints_of(system, cell);
  const auto first = static_cast<std::size_t>(plan::ParameterId::cell_a);
  for (const auto& group : constraints.free) {
    out.free[static_cast<std::size_t>(group.front()) - first] = true;
  }
  return out;
}

std::vector<std::string> with_cell_ties(const Scene& scene, std::vector<std::string> elements,
                                        std::size_t changed) {
  if (elements.size() != 6 || changed >= 6) return elements;
  const CellParameters<double> cell = cell_of_scene(scene);
  const auto constraints = refine::constraints_of(refine::detect_system(cell, {}), cell);
  const auto first = static_cast<std::size_t>(plan::ParameterId::cell_a);
  for (const auto& group : constraints.free) {
    const bool is_tied = std::ranges::any_of(group, [&](plan::ParameterId id) {
      return static_cast<std::size_t>(id) - first == changed;
    });
    if (!is_tied) continue;
    for (const plan::ParameterId id : group) {
      elements[static_cast<std::size_t>(id) - first] = elements[changed];
    }
  }
  return elements;
}

}  // namespace nanobragg::view
