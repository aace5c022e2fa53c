// Where the bars of PixelGradient go: the transposes of what it computes, one for each.
#pragma once

#include "nanobragg/kernel/pixel_gradient.hpp"

namespace nanobragg::kernel {

template <class L, class A, class C>
void PixelGradient<L, A, C>::send_orientations(const OrientationSums<L, Narrow>& block,
                                               const T& seed) {
  auto& g = g_.crystal;
  const auto add = [](T& to, const T& scale, const Narrow& by) { to = to + scale * A::widen(by); };
  const auto add_axes = [](Axes<T>& to, const T& scale, const Axes<Narrow>& by) {
    add_scaled(to.a, scale, widened<A>(by.a));
    add_scaled(to.b, scale, widened<A>(by.b));
    add_scaled(to.c, scale, widened<A>(by.c));
  };
  const T by_movement = T(units_.by_offset) * seed;
  add_axes(g.axes, T(kAngstromsPerMetre) * by_movement, block.by.axes);
  if constexpr (L::kUsesReciprocal) add_axes(g.reciprocal, seed, block.reciprocal);
  add(g.cells[0], T(units_.by_cells.x) * seed, block.cells.x);
  add(g.cells[1], T(units_.by_cells.y) * seed, block.cells.y);
  add(g.cells[2], T(units_.by_cells.z) * seed, block.cells.z);
  if constexpr (L::kUsesFudge) add(g.fudge, seed, block.fudge);
  add(g.phi_start, by_movement, block.by.phi_start);
  add(g.phi_step, by_movement, block.by.phi_step);
  if (in_.is_mosaic()) add(g.mosaic_spread, by_movement, block.by.mosaic_spread);
}

template <class L, class A, class C>
void PixelGradient<L, A, C>::send_incident(std::size_t source, const Vec3<T>& bar) {
  if (!in_.rays.diverge) return;
  const plan::RayTangent& ray = in_.tangents->rays[source];
  auto& beam = g_.beam;
  beam.horizontal_divergence = beam.horizontal_divergence + along(ray.by_horizontal, bar);
  beam.vertical_divergence = beam.vertical_divergence + along(ray.by_vertical, bar);
}

template <class L, class A, class C>
void PixelGradient<L, A, C>::send_polarisation(std::size_t source, const Point& point, const T& bar,
                                               Bars& bars) {
  if (!in_.is_polarised()) return;
  const Vec3<T> incident = widened<T>(plan_.beam.sources[source].incident);
  const T kahn(plan_.beam.kahn_factor);
  const physics::PolarisationFrame<double>& frame = in_.rays.frames[source];
  const auto by = physics::polarisation_factor_vjp(
      kahn, incident, point.diffracted,
      physics::PolarisationFrame<T>{widened<T>(frame.magnetic), widened<T>(frame.electric)}, bar);
  g_.beam.kahn_factor = g_.beam.kahn_factor + by.kahn;
  bars.diffracted = bars.diffracted + by.diffracted;
  if (!in_.rays.diverge) return;
  send_incident(source,
                physics::polarisation_incident_vjp(kahn, incident, point.diffracted,
                                                   widened<T>(plan_.beam.polarisation_axis), bar));
}

template <class L, class A, class C>
void PixelGradient<L, A, C>::send_first_polarisation(const T& bar) {
  if (!in_.is_polarised()) return;
  find_first_source([&](std::size_t source, const Point& point, const auto& found) {
    const T bar_here = select(found, bar, T(0));
    if (&point == &once_.point) {
      send_polarisation(source, point, bar_here, once_.bars);
      return;
    }
    Bars bars;
    send_polarisation(source, point, bar_here, bars);
    send_position(point, bars);
  });
}

template <class L, class A, class C>
void PixelGradient<L, A, C>::send_capture(const Point& point, const T& bar, Bars& bars) {
  if (!in_.absorbs()) return;
  send_layer(physics::captured_fraction_vjp(point.layer, T(plan_.detector.layers.step),
                                            T(plan_.detector.attenuation_per_m), point.cosine, bar),
             bars);
}

template <class L, class A, class C>
void PixelGradient<L, A, C>::send_layer(const physics::LayerBar<T>& by, Bars& bars) {
  auto& g = g_.panel;
  g.layer_step = g.layer_step + by.thickness;
  g.attenuation_per_m = g.attenuation_per_m + by.attenuation;
  bars.cosine = bars.cosine + by.cosine;
}

// From a point at the mean depth of its layer to one at the layer's front: position = front +
// depth·normal, where the depth follows from the angle at which the ray enters.
template <class L, class A, class C>
Vec3<typename A::Wide> PixelGradient<L, A, C>::send_depth(const Point& point, const Vec3<T>& bar,
                                                          Bars bars) {
  auto& g = g_.panel;
  add_scaled(g.normal, point.depth, bar);
  send_layer(physics::mean_depth_of_layer_vjp(T(plan_.detector.layers.step),
                                              T(plan_.detector.attenuation_per_m), point.cosine,
                                              along(panel_.normal, bar)),
             bars);
  add_scaled(g.normal, bars.cosine, point.front);
  const Vec3<T> by_front = scaled(panel_.normal, bars.cosine);
  return bar + point.inverse_front * (by_front - dot(point.front, by_front) * point.front) +
         bars.distance * point.front;
}

template <class L, class A, class C>
void PixelGradient<L, A, C>::send_solid_angle(const Point& point, const T& scaled_bar, Bars& bars) {
  const auto by =
      physics::solid_angle_vjp(plan_.detector.pixel_model, panel_.pixel_size.value(),
                               point.inverse_front, panel_.close_distance.value(), scaled_bar);
  bars.distance = bars.distance + by.distance;
  auto& g = g_.panel;
  g.pixel_size = g.pixel_size + by.pixel_size;
  g.close_distance = g.close_distance + by.close_distance;
}

// d = position/distance, and the position from the panel.
template <class L, class A, class C>
void PixelGradient<L, A, C>::send_position(const Point& point, const Bars& bars) {
  const Vec3<T>& d = point.diffracted;
  auto& g = g_.panel;
  Vec3<T> by_direction = bars.diffracted;
  if (in_.absorbs() && !in_.absorbs_at_depth()) {
    add_scaled(g.normal, bars.cosine, d);
    add_scaled(by_direction, bars.cosine, widened<T>(panel_.normal));
  }
  const T radial = dot(d, by_direction);
  Vec3<T> bar = point.inverse_distance * (by_direction - radial * d);
  if (in_.absorbs_at_depth()) {
    bar = send_depth(point, bar, bars);
  } else {
    add_scaled(bar, bars.distance, d);
  }
  if (plan_.detector.curvature == Curvature::spherical) {
    const auto by = physics::spherical_position_vjp(
        point.flat, widened<T>(plan_.beam.direction), T(panel_.distance.value()),
        widened<T>(panel_.fast), widened<T>(panel_.slow), bar);
    g.distance = g.distance + by.distance;
    g.fast = g.fast + by.fast;
    g.slow = g.slow + by.slow;
    bar = by.flat;
  }
  const double size = panel_.pixel_size.value();
  g.corner = g.corner + bar;
  add_scaled(g.fast, T(size) * point.steps_fast, bar);
  add_scaled(g.slow, T(size) * point.steps_slow, bar);
  g.pixel_size = g.pixel_size + along(panel_.fast, bar) * point.steps_fast +
                 along(panel_.slow, bar) * point.steps_slow;
  if (point.layer == 0) return;
  add_scaled(g.normal, T(point.layer * plan_.detector.layers.step), bar);
  g.layer_step = g.layer_step + T(static_cast<double>(point.layer)) * along(panel_.normal, bar);
}

}  // namespace nanobragg::kernel
