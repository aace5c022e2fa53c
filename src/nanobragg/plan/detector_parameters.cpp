// Where the detector and its panels stand, pixels and sensor.
#include <array>

#include "nanobragg/model/limits.hpp"
#include "nanobragg/plan/parameter_groups.hpp"
#include "nanobragg/plan/parametrisation.hpp"

namespace nanobragg::plan {
namespace {

using Id = ParameterId;

// id, name, group, unit, units in an internal one, bounds, scale, help
constexpr auto kRows = std::to_array<Parameter>({
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
    {Id::tilt_x, "rotx", "tilt", "°", kDegree, -kUnbounded, kUnbounded, kTenthDegree,
     "detector tilt about x"},
    {Id::tilt_y, "roty", "tilt", "°", kDegree, -kUnbounded, kUnbounded, kTenthDegree,
     "then about y"},
    {Id::tilt_z, "rotz", "tilt", "°", kDegree, -kUnbounded, kUnbounded, kTenthDegree,
     "then about z"},
    {Id::twotheta, "twotheta", "", "°", kDegree, -kUnbounded, kUnbounded, kTenthDegree,
     "detector swing"},
    {Id::pixel_size, "pixel_size", "", "mm", kMilli, 1e-9, 1, 0, "edge of a pixel"},
    {Id::attenuation, "attenuation", "", "mm⁻¹", 1e-3, 0, kUnbounded, 0,
     "attenuation of the sensor"},
    {Id::thickness, "thickness", "", "µm", kMicro, 0, 1, 0, "thickness of the sensor"},
});
static_assert(are_rows_of(lattice_weight(kMostRefinedLattices), Id::thickness, kRows));

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

ParameterValues<double> read(const Experiment& e, ParameterValues<double> v) {
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

bool differ(const ParameterValues<double>& v, const ParameterValues<double>& w, Id first, Id last) {
  for (auto i = static_cast<std::size_t>(first); i <= static_cast<std::size_t>(last); ++i) {
    if (v[static_cast<Id>(i)] != w[static_cast<Id>(i)]) return true;
  }
  return false;
}

Detector with_detector(const Experiment& e, const ParameterValues<double>& v) {
  Detector detector = e.detector;
  const ParameterValues<double> before = read(e, {});
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
    const PanelInputs<double> n = panel_inputs<double>(e, i, v);
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

Experiment write(Experiment e, const ParameterValues<double>& v) {
  e.detector = with_detector(e, v);
  return e;
}

std::string why_without(ParameterId id, const Experiment& e) {
  const Detector& detector = e.detector;
  const bool several = detector.panels.size() > 1;
  const bool by_corner = detector.placement && detector.placement->corner;
  const SteppedRange layers = sensor_layers(detector.sensor.thickness, LayerRule::equal_layers);
  if (const auto motion = motion_in(id)) {
    return motion->panel < detector.panels.size()
               ? ""
               : "the detector has " + std::to_string(detector.panels.size()) + " panels";
  }
  switch (id) {
    case Id::distance:
    case Id::beam_fast:
    case Id::beam_slow:
      if (several) return "the detector has several panels, which origin_x, _y, _z move";
      return by_corner ? "the detector is placed by its corner: origin_x, _y, _z" : "";
    case Id::tilt_x:
    case Id::tilt_y:
    case Id::tilt_z:
    case Id::twotheta:
      return several ? "the detector has several panels, which origin_x, _y, _z move" : "";
    case Id::attenuation:
    case Id::thickness:
      return layers.range <= 0.0 ? "the sensor does not absorb" : "";
    default:
      return "";
  }
}

}  // namespace

ParameterGroup detector_parameters() { return {kRows, read, write, why_without}; }

std::span<const Parameter> motion_rows() { return kMotions; }

}  // namespace nanobragg::plan
