// Cell and orientation of a crystal, placement of a detector, as functions of parameters.
#include "nanobragg/plan/parametrisation.hpp"

#include "nanobragg/base/dual.hpp"

namespace nanobragg::plan {
namespace {

using Id = ParameterId;

// Coordinates along fast and slow, which need not be at right angles, of a vector in their plane.
Vec3<double> coordinates(const Vec3<double>& v, const Vec3<double>& fast,
                         const Vec3<double>& slow) {
  const double ff = dot(fast, fast);
  const double fs = dot(fast, slow);
  const double ss = dot(slow, slow);
  const double determinant = ff * ss - fs * fs;
  return {(dot(v, fast) * ss - dot(v, slow) * fs) / determinant,
          (dot(v, slow) * ff - dot(v, fast) * fs) / determinant, 0.0};
}

DetectorPlacement<double> placement_as_it_stands(const Experiment& e) {
  const PanelFrame<double> panel = placed_frame(e.detector, 0);
  const Vec3<double>& beam = e.beam->direction;
  const double close = dot(panel.corner, panel.normal);
  const double distance = close / dot(beam, panel.normal);
  const Vec3<double> hit = coordinates(distance * beam - panel.corner, panel.fast, panel.slow);
  const Vec3<double> foot =
      coordinates(close * panel.normal - panel.corner, panel.fast, panel.slow);
  return {.beam = beam,
          .fast = panel.fast,
          .slow = panel.slow,
          .normal = panel.normal,
          .twotheta_axis = e.spindle.axis,
          .close_f = foot.x,
          .close_s = foot.y,
          .beam_f = hit.x,
          .beam_s = hit.y,
          .distance = distance,
          .close_distance = {},
          .tilt = {},
          .twotheta = 0.0,
          .pivot = Pivot::beam,
          .corner = {}};
}

}  // namespace

ReferenceFrame reference_frame(const CrystalValues& crystal) {
  if (!crystal.reciprocal_axes) return {*crystal.cell, Mat3<double>::identity()};
  const Lattice<double> lattice = make_lattice(*crystal.reciprocal_axes, crystal.cell);
  const CellParameters<double> cell = cell_of(lattice);
  const Axes<double> from =
      make_lattice(standard_reciprocal_axes(cell), std::optional<CellParameters<double>>{}).direct;
  const Axes<double>& to = lattice.reciprocal;
  // Σ a*ᵢ ⊗ aᵢ takes a standard reciprocal axis to its place.
  const auto row = [&](double Vec3<double>::*at) {
    return to.a.*at * from.a + to.b.*at * from.b + to.c.*at * from.c;
  };
  return {cell, {{row(&Vec3<double>::x), row(&Vec3<double>::y), row(&Vec3<double>::z)}}};
}

DetectorPlacement<double> placement_of(const Experiment& e) {
  if (!e.detector.placement) return placement_as_it_stands(e);
  DetectorPlacement<double> in = *e.detector.placement;
  if (in.close_distance) in.distance = place(in).stages.distance;
  in.close_distance.reset();
  return in;
}

template <class T>
DetectorPlacement<T> placement_at(const Experiment& e, const ParameterValues<T>& v) {
  const DetectorPlacement<double> start = placement_of(e);
  const bool by_beam = start.pivot == Pivot::beam;
  const auto fixed = [](const Vec3<double>& u) { return vec3_as<T>(u); };
  DetectorPlacement<T> in{.beam = fixed(start.beam),
                          .fast = fixed(start.fast),
                          .slow = fixed(start.slow),
                          .normal = fixed(start.normal),
                          .twotheta_axis = fixed(start.twotheta_axis),
                          .close_f = by_beam ? T(start.close_f) : v[Id::beam_fast],
                          .close_s = by_beam ? T(start.close_s) : v[Id::beam_slow],
                          .beam_f = by_beam ? v[Id::beam_fast] : T(start.beam_f),
                          .beam_s = by_beam ? v[Id::beam_slow] : T(start.beam_s),
                          .distance = v[Id::distance],
                          .close_distance = {},
                          .tilt = {v[Id::tilt_x], v[Id::tilt_y], v[Id::tilt_z]},
                          .twotheta = v[Id::twotheta],
                          .pivot = start.pivot,
                          .corner = {},
                          .ratio = start.ratio};
  const Vec3<double> corner = placed_frame(e.detector, 0).corner;
  const Vec3<T> shift{v[Id::origin_x] - T(corner.x), v[Id::origin_y] - T(corner.y),
                      v[Id::origin_z] - T(corner.z)};
  const bool moved = !std::is_same_v<T, double> || !(shift == Vec3<T>{});
  if (start.corner) {
    in.corner = fixed(*start.corner) + shift;
  } else if (moved) {
    in.corner = place(in).corner + shift;
  }
  return in;
}

namespace {

// Turns and shifts what was placed; exactly where that is nothing.
template <class T>
void move_panel(PanelInputs<T>& n, const Experiment& e, std::size_t panel,
                const ParameterValues<T>& v) {
  const PanelMotion<T> motion = v.motion(panel);
  if (std::is_same_v<T, double> && motion == PanelMotion<T>{}) return;
  const PanelFrame<T> after = moved<T>({n.corner, n.fast, n.slow, n.normal}, motion,
                                       e.detector.panels[panel]->shape, v[Id::pixel_size]);
  n.corner = after.corner;
  n.fast = after.fast;
  n.slow = after.slow;
  n.normal = after.normal;
  n.close_distance = dot(n.corner, n.normal);
  n.distance = n.close_distance / dot(vec3_as<T>(e.beam->direction), n.normal);
}

}  // namespace

template <class T>
PanelInputs<T> panel_inputs(const Experiment& e, std::size_t panel, const ParameterValues<T>& v) {
  PanelInputs<T> n;
  if (e.detector.panels.size() == 1) {
    const PlacedDetector<T> placed = place(placement_at(e, v));
    n.corner = placed.corner;
    n.fast = placed.fast;
    n.slow = placed.slow;
    n.normal = placed.normal;
    n.close_distance = placed.close_distance;
    n.distance = placed.distance;
  } else {
    const PanelFrame<double> start = placed_frame(e.detector, panel);
    const Vec3<double> apart = start.corner - placed_frame(e.detector, 0).corner;
    n.corner = Vec3<T>{v[Id::origin_x], v[Id::origin_y], v[Id::origin_z]} + vec3_as<T>(apart);
    n.fast = vec3_as<T>(start.fast);
    n.slow = vec3_as<T>(start.slow);
    n.normal = vec3_as<T>(start.normal);
    n.close_distance = dot(n.corner, n.normal);
    n.distance = n.close_distance / T(dot(e.beam->direction, start.normal));
  }
  move_panel(n, e, panel, v);
  n.pixel_size = v[Id::pixel_size];
  const SteppedRange layers = sensor_layers(e.detector.sensor.thickness, LayerRule::equal_layers);
  n.layer_step = spread_over(layers, v[Id::thickness]).step;
  n.attenuation_per_m = v[Id::attenuation];
  return n;
}

using Slope = Dual<double, 1>;
template DetectorPlacement<double> placement_at(const Experiment&, const ParameterValues<double>&);
template PanelInputs<double> panel_inputs(const Experiment&, std::size_t,
                                          const ParameterValues<double>&);
template PanelInputs<Slope> panel_inputs(const Experiment&, std::size_t,
                                         const ParameterValues<Slope>&);

}  // namespace nanobragg::plan
