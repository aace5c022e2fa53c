// The table of parameters, and how an experiment holds their values.
#include "nanobragg/plan/parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/contracts.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/model/limits.hpp"
#include "nanobragg/plan/parametrisation.hpp"
#include "nanobragg/plan/variables.hpp"

namespace nanobragg::plan {
namespace {

using Id = ParameterId;

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kDegree = constants::kDegreesPerRadian;
constexpr double kRightAngle = constants::kPi / 2;
constexpr double kMilli = 1e3, kMicro = 1e6, kAngstrom = 1e10, kPercent = 1e2;
constexpr double kTenthDegree = 0.1 / kDegree;

// id, name, group, unit, units in an internal one, bounds, scale, help
constexpr auto kTable = std::to_array<Parameter>({
    {Id::cell_a, "cell_a", "cell", "Å", 1, limits::kShortestEdge_A, limits::kLongestEdge_A, 0.1,
     "edge a of the unit cell"},
    {Id::cell_b, "cell_b", "cell", "Å", 1, limits::kShortestEdge_A, limits::kLongestEdge_A, 0.1,
     "edge b"},
    {Id::cell_c, "cell_c", "cell", "Å", 1, limits::kShortestEdge_A, limits::kLongestEdge_A, 0.1,
     "edge c"},
    {Id::cell_alpha, "cell_alpha", "cell", "°", kDegree, 0.1, 3.0, kTenthDegree, "angle α"},
    {Id::cell_beta, "cell_beta", "cell", "°", kDegree, 0.1, 3.0, kTenthDegree, "angle β"},
    {Id::cell_gamma, "cell_gamma", "cell", "°", kDegree, 0.1, 3.0, kTenthDegree, "angle γ"},
    {Id::misset_x, "misset_x", "misset", "°", kDegree, -kInf, kInf, kTenthDegree,
     "turn of the crystal about x"},
    {Id::misset_y, "misset_y", "misset", "°", kDegree, -kInf, kInf, kTenthDegree, "then about y"},
    {Id::misset_z, "misset_z", "misset", "°", kDegree, -kInf, kInf, kTenthDegree, "then about z"},
    {Id::phi, "phi", "", "°", kDegree, -kInf, kInf, kTenthDegree, "spindle angle at the start"},
    {Id::oscillation, "oscillation", "", "°", kDegree, -kInf, kInf, 0,
     "spindle range of the image"},
    {Id::mosaic_spread, "mosaic_spread", "", "°", kDegree, 0, kRightAngle, 0,
     "largest turn of a mosaic domain"},
    {Id::cells_a, "Na", "N", "cells", 1, 1, limits::kMostCells, 0, "cells along a"},
    {Id::cells_b, "Nb", "N", "cells", 1, 1, limits::kMostCells, 0, "cells along b"},
    {Id::cells_c, "Nc", "N", "cells", 1, 1, limits::kMostCells, 0, "cells along c"},
    {Id::fudge, "fudge", "", "", 1, 1e-12, kInf, 0, "scale of the lattice transform's width"},
    {Id::b_factor, "b_factor", "", "Å²", 1, -1000, 1000, 5, "isotropic B factor"},
    {Id::distance, "distance", "", "mm", kMilli, 1e-6, 1e3, 1e-3,
     "detector distance, along the beam"},
    {Id::beam_fast, "beam_fast", "beam_centre", "mm", kMilli, -1e3, 1e3, 1e-4,
     "beam centre along the fast axis (pivot sample: the point nearest to the sample)"},
    {Id::beam_slow, "beam_slow", "beam_centre", "mm", kMilli, -1e3, 1e3, 1e-4,
     "the same along the slow axis"},
    {Id::origin_x, "origin_x", "origin", "mm", kMilli, -1e3, 1e3, 1e-4,
     "corner of the first pixel of the first panel; all panels move with it"},
    {Id::origin_y, "origin_y", "origin", "mm", kMilli, -1e3, 1e3, 1e-4, "the same along y"},
    {Id::origin_z, "origin_z", "origin", "mm", kMilli, -1e3, 1e3, 1e-4, "the same along z"},
    {Id::tilt_x, "rotx", "tilt", "°", kDegree, -kInf, kInf, kTenthDegree, "detector tilt about x"},
    {Id::tilt_y, "roty", "tilt", "°", kDegree, -kInf, kInf, kTenthDegree, "then about y"},
    {Id::tilt_z, "rotz", "tilt", "°", kDegree, -kInf, kInf, kTenthDegree, "then about z"},
    {Id::twotheta, "twotheta", "", "°", kDegree, -kInf, kInf, kTenthDegree, "detector swing"},
    {Id::pixel_size, "pixel_size", "", "mm", kMilli, 1e-9, 1, 0, "edge of a pixel"},
    {Id::attenuation, "attenuation", "", "mm⁻¹", 1e-3, 0, kInf, 0, "attenuation of the sensor"},
    {Id::thickness, "thickness", "", "µm", kMicro, 0, 1, 0, "thickness of the sensor"},
    {Id::wavelength, "wavelength", "", "Å", kAngstrom, limits::kShortestWavelength_m,
     limits::kLongestWavelength_m, 0, "mean wavelength"},
    {Id::bandwidth, "bandwidth", "", "%", kPercent, 0, 1.9, 0, "range of wavelengths, Δλ/λ"},
    {Id::horizontal_divergence, "divergence_h", "divergence", "mrad", kMilli, 0, 1, 0,
     "horizontal range of directions"},
    {Id::vertical_divergence, "divergence_v", "divergence", "mrad", kMilli, 0, 1, 0,
     "vertical range of directions"},
    {Id::kahn_factor, "kahn_factor", "", "", 1, -1, 1, 0.1, "polarisation (Kahn) factor"},
    {Id::fluence, "fluence", "scale", "photons/m²", 1, 1e-300, kInf, 0,
     "fluence: the scale of the image"},
    {Id::water, "water", "", "µm", kMicro, 0, 1, 0, "edge of the cube of water around the crystal"},
});
static_assert(kTable.size() == kParameterCount);

constexpr Id motion(Motion m) {
  return static_cast<Id>(kParameterCount + static_cast<std::size_t>(m));
}
constexpr auto kMotions = std::to_array<Parameter>({
    {motion(Motion::shift_fast), "shift_fast", "shift", "mm", kMilli, -1, 1, 1e-5,
     "shift of the panel along its fast axis"},
    {motion(Motion::shift_slow), "shift_slow", "shift", "mm", kMilli, -1, 1, 1e-5,
     "across it, towards slow"},
    {motion(Motion::shift_normal), "shift_normal", "shift", "mm", kMilli, -1, 1, 1e-4,
     "along fast × slow"},
    {motion(Motion::turn_fast), "turn_fast", "turn", "°", kDegree, -kRightAngle, kRightAngle,
     kTenthDegree, "turn of the panel about its fast axis, in its centre"},
    {motion(Motion::turn_slow), "turn_slow", "turn", "°", kDegree, -kRightAngle, kRightAngle,
     kTenthDegree, "then about its slow axis"},
    {motion(Motion::turn_normal), "turn_normal", "turn", "°", kDegree, -kRightAngle, kRightAngle,
     kTenthDegree, "then about fast × slow"},
});
static_assert(kMotions.size() == kMotionCount);

}  // namespace

ParameterId id_of(const MotionOfPanel& of) {
  return static_cast<Id>(kParameterCount + of.panel * kMotionCount +
                         static_cast<std::size_t>(of.motion));
}

std::optional<MotionOfPanel> motion_in(ParameterId id) {
  const auto i = static_cast<std::size_t>(id);
  if (i < kParameterCount) return std::nullopt;
  return MotionOfPanel{(i - kParameterCount) / kMotionCount,
                       static_cast<Motion>((i - kParameterCount) % kMotionCount)};
}

std::span<const Parameter> parameters() { return kTable; }
std::span<const Parameter> motions() { return kMotions; }

const Parameter& info(ParameterId id) {
  if (const auto motion = motion_in(id)) return kMotions[static_cast<std::size_t>(motion->motion)];
  return kTable[static_cast<std::size_t>(id)];
}

std::vector<ParameterId> parameters_of(const Experiment& experiment) {
  std::vector<ParameterId> ids;
  for (const Parameter& row : kTable) ids.push_back(row.id);
  const std::size_t panels = experiment.detector.panels.size();
  for (std::size_t i = 0; i < panels * kMotionCount && panels > 1; ++i) {
    ids.push_back(static_cast<Id>(kParameterCount + i));
  }
  return ids;
}

std::vector<ParameterId> find_parameters(std::span<const std::string> names, std::size_t panels) {
  std::vector<ParameterId> ids;
  for (const Variable& variable : find_single_variables(names, panels)) {
    const auto* id = std::get_if<ParameterId>(&variable);
    if (!id) {
      throw UsageError(name_of(variable) +
                       " is an amplitude (here a parameter of the table is named)");
    }
    ids.push_back(*id);
  }
  return ids;
}

ParameterValues<double> values_of(const Experiment& e) {
  ParameterValues<double> v;
  const CrystalValues& crystal = *e.crystal;
  set_cell(v, reference_frame(crystal).cell);
  v[Id::misset_x] = crystal.misset_rad.x;
  v[Id::misset_y] = crystal.misset_rad.y;
  v[Id::misset_z] = crystal.misset_rad.z;
  v[Id::phi] = e.spindle.start.value();
  v[Id::oscillation] = phi_steps(e.spindle.oscillation).range;
  v[Id::mosaic_spread] = crystal.mosaicity.spread.value();
  v[Id::cells_a] = crystal.cells[0];
  v[Id::cells_b] = crystal.cells[1];
  v[Id::cells_c] = crystal.cells[2];
  v[Id::fudge] = crystal.fudge;
  v[Id::b_factor] = crystal.b_factor;
  const DetectorPlacement<double> placed = placement_of(e);
  v[Id::distance] = placed.distance;
  v[Id::beam_fast] = placed.pivot == Pivot::beam ? placed.beam_f : placed.close_f;
  v[Id::beam_slow] = placed.pivot == Pivot::beam ? placed.beam_s : placed.close_s;
  const PanelValues& panel = *e.detector.panels.front();
  const Vec3<double> corner = placed_frame(e.detector, 0).corner;
  v[Id::origin_x] = corner.x;
  v[Id::origin_y] = corner.y;
  v[Id::origin_z] = corner.z;
  v[Id::tilt_x] = placed.tilt.x;
  v[Id::tilt_y] = placed.tilt.y;
  v[Id::tilt_z] = placed.tilt.z;
  v[Id::twotheta] = placed.twotheta;
  v[Id::pixel_size] = panel.pixel_size.value();
  const SteppedRange layers = sensor_layers(e.detector.sensor.thickness, LayerRule::equal_layers);
  v[Id::thickness] = layers.range;
  v[Id::attenuation] = attenuation_of(e.detector.sensor);
  const BeamValues& beam = *e.beam;
  v[Id::wavelength] = beam.wavelength.value();
  v[Id::bandwidth] = dispersion_steps(beam.dispersion).range;
  v[Id::horizontal_divergence] = divergence_steps(beam.divergence.horizontal).range;
  v[Id::vertical_divergence] = divergence_steps(beam.divergence.vertical).range;
  v[Id::kahn_factor] = beam.kahn_factor;
  v[Id::fluence] = beam.fluence;
  v[Id::water] = e.water.value();
  for (std::size_t i = 0; i < e.detector.motions.size(); ++i) {
    const auto& [shift, turn] = e.detector.motions[i];
    v[id_of({i, Motion::shift_fast})] = shift.x;
    v[id_of({i, Motion::shift_slow})] = shift.y;
    v[id_of({i, Motion::shift_normal})] = shift.z;
    v[id_of({i, Motion::turn_fast})] = turn.x;
    v[id_of({i, Motion::turn_slow})] = turn.y;
    v[id_of({i, Motion::turn_normal})] = turn.z;
  }
  return v;
}

namespace {

// The same samples as before, spread over `range`.
SteppedRangeRequest respread(const SteppedRangeRequest& request, const SteppedRange& samples,
                             double range) {
  if (range == samples.range) return request;
  const auto [count, new_range, step] = spread_over(samples, range);
  return {count, new_range, step};
}

Crystal with_crystal(const Experiment& e, const ParameterValues<double>& v) {
  CrystalValues crystal = *e.crystal;
  const ReferenceFrame frame = reference_frame(crystal);
  const CellParameters<double> cell = cell_at(v);
  if (!(cell == frame.cell)) {
    if (crystal.reciprocal_axes) {
      crystal.reciprocal_axes = reciprocal_axes_at(frame, cell);
      crystal.cell.reset();
    } else {
      crystal.cell = cell;
    }
  }
  crystal.misset_rad = {v[Id::misset_x], v[Id::misset_y], v[Id::misset_z]};
  crystal.mosaicity.spread = Radian(v[Id::mosaic_spread]);
  crystal.cells = {v[Id::cells_a], v[Id::cells_b], v[Id::cells_c]};
  crystal.fudge = v[Id::fudge];
  crystal.b_factor = v[Id::b_factor];
  return Crystal(crystal);
}

Beam with_beam(const Experiment& e, const ParameterValues<double>& v) {
  BeamValues beam = *e.beam;
  beam.wavelength = Metre(v[Id::wavelength]);
  beam.dispersion = respread(beam.dispersion, dispersion_steps(beam.dispersion), v[Id::bandwidth]);
  auto& [horizontal, vertical, outline] = beam.divergence;
  horizontal = respread(horizontal, divergence_steps(horizontal), v[Id::horizontal_divergence]);
  vertical = respread(vertical, divergence_steps(vertical), v[Id::vertical_divergence]);
  beam.kahn_factor = v[Id::kahn_factor];
  beam.fluence = v[Id::fluence];
  return Beam(beam);
}

bool differ(const ParameterValues<double>& v, const ParameterValues<double>& w, Id first, Id last) {
  for (auto i = static_cast<std::size_t>(first); i <= static_cast<std::size_t>(last); ++i) {
    if (v[static_cast<Id>(i)] != w[static_cast<Id>(i)]) return true;
  }
  return false;
}

Detector with_detector(const Experiment& e, const ParameterValues<double>& v) {
  Detector detector = e.detector;
  const ParameterValues<double> before = values_of(e);
  Sensor& sensor = detector.sensor;
  const SteppedRange layers = sensor_layers(sensor.thickness, LayerRule::equal_layers);
  sensor.thickness = respread(sensor.thickness, layers, v[Id::thickness]);
  if (v[Id::attenuation] != before[Id::attenuation] || v[Id::thickness] != before[Id::thickness]) {
    sensor.attenuation_per_m = v[Id::attenuation];
  }
  std::vector<PanelMotion<double>> motions;
  bool has_motion = false;
  bool motions_differ = false;
  for (std::size_t i = 0; i < detector.panels.size(); ++i) {
    motions.push_back(v.motion(i));
    has_motion = has_motion || !(motions.back() == PanelMotion<double>{});
    motions_differ = motions_differ || !(motions.back() == motion_of(detector, i));
  }
  if (!motions_differ && !differ(v, before, Id::distance, Id::pixel_size)) return detector;
  detector.motions = has_motion ? motions : std::vector<PanelMotion<double>>{};
  for (std::size_t i = 0; i < detector.panels.size(); ++i) {
    const PanelNumbers<double> n = panel_numbers<double>(e, i, v);
    detector.panels[i] = Panel({.corner_m = n.corner,
                                .fast = n.fast,
                                .slow = n.slow,
                                .normal = n.normal,
                                .pixel_size = Metre(n.pixel_size),
                                .shape = detector.panels[i]->shape,
                                .close_distance = Metre(n.close_distance),
                                .distance = Metre(n.distance)});
  }
  if (detector.panels.size() == 1) detector.placement = placement_at<double>(e, v);
  return detector;
}

void check_panels(const ParameterValues<double>& v, std::size_t panels) {
  for (std::size_t i = kParameterCount + panels * kMotionCount; i < v.all().size(); ++i) {
    if (v.all()[i] == 0.0) continue;
    throw UsageError(
        fmt::format("{} (the detector has {} panels)", name_of(static_cast<Id>(i)), panels), "",
        "panels are counted from 0");
  }
}

// What does not differ from `before` has been accepted already.
void check_bounds(const ParameterValues<double>& v, const ParameterValues<double>& before) {
  for (std::size_t i = 0; i < v.all().size(); ++i) {
    const auto id = static_cast<Id>(i);
    const Parameter& row = info(id);
    const double value = v[id];
    if (value == before[id]) continue;
    if (std::isfinite(value) && value >= row.lower && value <= row.upper) continue;
    throw Error(fmt::format("impossible value {:g} {} of {} ({:g} to {:g})",
                            value * row.per_internal, row.unit, name_of(id),
                            row.lower * row.per_internal, row.upper * row.per_internal));
  }
}

}  // namespace

Experiment with_values(const Experiment& e, const ParameterValues<double>& v) {
  check_bounds(v, values_of(e));
  check_panels(v, e.detector.panels.size());
  Experiment out = e;
  out.crystal = with_crystal(e, v);
  out.beam = with_beam(e, v);
  out.detector = with_detector(e, v);
  out.spindle.start = Radian(v[Id::phi]);
  const SteppedRangeRequest& oscillation = e.spindle.oscillation;
  out.spindle.oscillation = respread(oscillation, phi_steps(oscillation), v[Id::oscillation]);
  out.water = Metre(v[Id::water]);
  return out;
}

}  // namespace nanobragg::plan
