// The points of a pixel and the factors there, with the way back from derivatives by these to
// derivatives by the inputs of the plan. A number stands for one pixel, or is a vector of
// neighbouring pixels.
#pragma once

#include <cstddef>

#include "nanobragg/kernel/adjoint/arithmetic.hpp"
#include "nanobragg/kernel/adjoint/gradient_constants.hpp"
#include "nanobragg/kernel/adjoint/vectors.hpp"
#include "nanobragg/physics/factors.hpp"
#include "nanobragg/physics/pixel_position.hpp"
#include "nanobragg/physics/polarisation.hpp"
#include "nanobragg/physics/scattering.hpp"
#include "nanobragg/physics/solid_angle.hpp"
#include "nanobragg/plan/plan_inputs.hpp"

namespace nanobragg::kernel {

// A point of the sensor.
template <class T>
struct GradientPoint {
  int layer;
  T steps_fast, steps_slow;  // from the corner, in pixels
  Vec3<T> flat, diffracted;
  T inverse_distance, solid_angle;
  T cosine;         // of the ray's angle with the normal, where it enters the layer
  T inverse_front;  // of the distance of the layer's front, of which the solid angle is
  // Where a layer absorbs at its mean depth: that, and the direction to the front.
  T depth;
  Vec3<T> front;
};

// "bar" of x is the derivative of the photons by x: what the bars of a point have gathered.
template <class T>
struct PointBars {
  Vec3<T> diffracted{T(0), T(0), T(0)};
  Vec3<T> position{T(0), T(0), T(0)};  // where the ray is absorbed, beside what follows from d
  T distance{0}, cosine{0};
};

template <class T>
class PointGradient {
 public:
  using Point = GradientPoint<T>;
  using Bars = PointBars<T>;

  explicit PointGradient(const GradientConstants& in)
      : in_(in), plan_(in.plan), panel_(in.plan.panel) {
    plan::for_each_input(g_, [](T& x) { x = T(0); });
  }

  // To the pixels at these whole coordinates.
  void move_to(const T& slow, const T& fast) {
    slow_ = slow;
    fast_ = fast;
  }
  NANOBRAGG_WHOLE void place(Point& p, int layer, std::size_t sub) const;
  T capture(const Point& point) const;
  NANOBRAGG_WHOLE T polarisation(std::size_t source, const Point& point) const;
  Vec3<T> scattering(std::size_t source, const Point& point) const {
    const SourceConstants<double>& ray = in_.sources[source];
    return physics::scattering_vector_by_inverse(point.diffracted, widened<T>(ray.incident),
                                                 T(ray.inverse_wavelength_per_m));
  }

  // Each takes a bar, or that of a logarithm (value times bar), and adds to the gradient and to the
  // bars of the point; add_position() takes those, and comes last.
  NANOBRAGG_WHOLE void add_incident(std::size_t source, const Vec3<T>& bar);
  NANOBRAGG_WHOLE void add_polarisation(std::size_t source, const Point& point, const T& bar,
                                        Bars& bars);
  NANOBRAGG_WHOLE void add_capture(const Point& point, const T& bar, Bars& bars);
  NANOBRAGG_WHOLE void add_solid_angle(const Point& point, const T& logarithm_bar, Bars& bars);
  NANOBRAGG_WHOLE void add_position(const Point& point, const Bars& bars);

  // Added to what stands there: whoever takes it clears it.
  plan::PlanInputs<T>& gradient() { return g_; }

 private:
  void add_layer(const physics::LayerBar<T>& by, Bars& bars);
  Vec3<T> depth_bar(const Point& point, const Vec3<T>& bar, Bars bars);

  const GradientConstants& in_;
  const plan::PanelPlan& plan_;
  const PanelValues& panel_;
  T slow_, fast_;
  plan::PlanInputs<T> g_;
};

template <class T>
void PointGradient<T>::place(Point& p, int layer, std::size_t sub) const {
  const std::size_t n = in_.panel.oversample;
  p.layer = layer;
  p.steps_fast = physics::subpixel_centre_of(fast_, sub % n, n, 1.0);
  p.steps_slow = physics::subpixel_centre_of(slow_, sub / n, n, 1.0);
  const double size = panel_.pixel_size.value();
  p.flat = physics::flat_position(
      widened<T>(panel_.corner_m), widened<T>(panel_.fast), widened<T>(panel_.slow),
      widened<T>(panel_.normal),
      Vec3<T>{size * p.steps_fast, size * p.steps_slow, T(layer * plan_.detector.layers.step)});
  Vec3<T> position = plan_.detector.curvature == Curvature::flat
                         ? p.flat
                         : physics::spherical_position(
                               p.flat, widened<T>(plan_.beam.direction), T(panel_.distance.value()),
                               widened<T>(panel_.fast), widened<T>(panel_.slow));
  if (in_.absorbs_at_depth()) {
    p.inverse_front = T(1) / length(p.flat);
    p.front = p.inverse_front * p.flat;
    p.cosine = along(panel_.normal, p.front);
    p.depth = physics::mean_depth_of_layer(T(plan_.detector.layers.step),
                                           T(plan_.detector.attenuation_per_m), p.cosine);
    position = p.flat + scaled(panel_.normal, p.depth);
  }
  p.inverse_distance = T(1) / length(position);
  p.diffracted = p.inverse_distance * position;
  if (!in_.absorbs_at_depth()) p.inverse_front = p.inverse_distance;
  if (in_.absorbs() && !in_.absorbs_at_depth()) p.cosine = along(panel_.normal, p.diffracted);
  p.solid_angle = physics::solid_angle_by_inverse(
      plan_.detector.pixel_model, T(size), p.inverse_front, T(panel_.close_distance.value()));
}

template <class T>
T PointGradient<T>::capture(const Point& point) const {
  if (!in_.absorbs()) return T(1);
  return physics::captured_fraction(point.layer, T(plan_.detector.layers.step),
                                    T(plan_.detector.attenuation_per_m), point.cosine);
}

template <class T>
T PointGradient<T>::polarisation(std::size_t source, const Point& point) const {
  if (!in_.is_polarised()) return T(1);
  const auto& [magnetic, electric] = in_.sources[source].frame;
  return physics::polarisation_factor(
      plan_.beam.kahn_factor, along(in_.sources[source].incident, point.diffracted),
      point.diffracted, physics::PolarisationFrame<T>{widened<T>(magnetic), widened<T>(electric)});
}

template <class T>
void PointGradient<T>::add_incident(std::size_t source, const Vec3<T>& bar) {
  if (!in_.rays_diverge) return;
  const plan::RayTangent& ray = in_.tangents->rays[source];
  auto& beam = g_.beam;
  beam.horizontal_divergence = beam.horizontal_divergence + along(ray.by_horizontal, bar);
  beam.vertical_divergence = beam.vertical_divergence + along(ray.by_vertical, bar);
}

template <class T>
void PointGradient<T>::add_polarisation(std::size_t source, const Point& point, const T& bar,
                                        Bars& bars) {
  if (!in_.is_polarised()) return;
  const Vec3<T> incident = widened<T>(in_.sources[source].incident);
  const T kahn(plan_.beam.kahn_factor);
  const auto& [magnetic, electric] = in_.sources[source].frame;
  const auto by = physics::polarisation_factor_vjp(
      kahn, incident, point.diffracted,
      physics::PolarisationFrame<T>{widened<T>(magnetic), widened<T>(electric)}, bar);
  g_.beam.kahn_factor = g_.beam.kahn_factor + by.kahn;
  bars.diffracted = bars.diffracted + by.diffracted;
  if (!in_.rays_diverge) return;
  add_incident(source,
               physics::polarisation_incident_vjp(kahn, incident, point.diffracted,
                                                  widened<T>(plan_.beam.polarisation_axis), bar));
}

template <class T>
void PointGradient<T>::add_capture(const Point& point, const T& bar, Bars& bars) {
  if (!in_.absorbs()) return;
  add_layer(physics::captured_fraction_vjp(point.layer, T(plan_.detector.layers.step),
                                           T(plan_.detector.attenuation_per_m), point.cosine, bar),
            bars);
}

template <class T>
void PointGradient<T>::add_layer(const physics::LayerBar<T>& by, Bars& bars) {
  auto& g = g_.panel;
  g.layer_step = g.layer_step + by.thickness;
  g.attenuation_per_m = g.attenuation_per_m + by.attenuation;
  bars.cosine = bars.cosine + by.cosine;
}

// From a point at the mean depth of its layer to one at the layer's front: position = front +
// depth·normal, where the depth follows from the angle at which the ray enters.
template <class T>
Vec3<T> PointGradient<T>::depth_bar(const Point& point, const Vec3<T>& bar, Bars bars) {
  auto& g = g_.panel;
  add_scaled(g.normal, point.depth, bar);
  add_layer(physics::mean_depth_of_layer_vjp(T(plan_.detector.layers.step),
                                             T(plan_.detector.attenuation_per_m), point.cosine,
                                             along(panel_.normal, bar)),
            bars);
  add_scaled(g.normal, bars.cosine, point.front);
  const Vec3<T> by_front = scaled(panel_.normal, bars.cosine);
  return bar + point.inverse_front * (by_front - dot(point.front, by_front) * point.front) +
         bars.distance * point.front;
}

template <class T>
void PointGradient<T>::add_solid_angle(const Point& point, const T& logarithm_bar, Bars& bars) {
  const auto by =
      physics::solid_angle_vjp(plan_.detector.pixel_model, panel_.pixel_size.value(),
                               point.inverse_front, panel_.close_distance.value(), logarithm_bar);
  bars.distance = bars.distance + by.distance;
  auto& g = g_.panel;
  g.pixel_size = g.pixel_size + by.pixel_size;
  g.close_distance = g.close_distance + by.close_distance;
}

// d = position/distance, and the position from the panel.
template <class T>
void PointGradient<T>::add_position(const Point& point, const Bars& bars) {
  const Vec3<T>& d = point.diffracted;
  auto& g = g_.panel;
  Vec3<T> by_direction = bars.diffracted;
  if (in_.absorbs() && !in_.absorbs_at_depth()) {
    add_scaled(g.normal, bars.cosine, d);
    add_scaled(by_direction, bars.cosine, widened<T>(panel_.normal));
  }
  const T radial = dot(d, by_direction);
  Vec3<T> bar = point.inverse_distance * (by_direction - radial * d) + bars.position;
  if (in_.absorbs_at_depth()) {
    bar = depth_bar(point, bar, bars);
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
