// Photons of a pixel with their derivatives by every number of the plan: the sum of kernel/scalar,
// differentiated. T is a number, or a vector of neighbouring pixels.
#pragma once

#include <cmath>
#include <cstddef>

#include "nanobragg/kernel/orientation_gradient.hpp"
#include "nanobragg/physics/absorption.hpp"
#include "nanobragg/physics/displacement.hpp"
#include "nanobragg/physics/pixel_position.hpp"
#include "nanobragg/physics/polarisation.hpp"
#include "nanobragg/physics/scattering.hpp"
#include "nanobragg/physics/solid_angle.hpp"
#include "nanobragg/plan/numbers.hpp"

namespace nanobragg::kernel {

// "bar" of x is the derivative of the photons by x.
template <class Lattice, class T, class Cell>
class PixelGradient {
 public:
  PixelGradient(const GradientConstants& in, Cell& cell)
      : in_(in), plan_(*in.plan), sampling_(plan_.sampling), panel_(*in.panel), cell_(cell) {}

  // Of the pixels at these whole coordinates; gradient() is theirs then.
  T photons(const T& slow, const T& fast);
  const plan::PlanNumbers<T>& gradient() const { return g_; }

 private:
  // A point of the sensor, with what its bars have gathered.
  struct Point {
    int layer;
    T steps_fast, steps_slow;  // from the corner, in pixels
    Vec3<T> flat, position, diffracted;
    T distance, solid_angle;
    Vec3<T> diffracted_bar{T(0), T(0), T(0)};
    T distance_bar{0};
  };
  static bool each(FactorSampling sampling) { return sampling == FactorSampling::per_subpixel; }
  Point point_at(const T& slow, const T& fast, int layer, std::size_t sub) const;
  T capture(const Point& point) const;
  T polarisation(const plan::SourceSample& source, const Point& point) const;
  auto within_limit(const Vec3<T>& q) const {
    return length(q) * sampling_.resolution_limit.value() <= T(1);
  }

  void find_first_factors(const T& slow, const T& fast);
  void add_layer(const T& slow, const T& fast, int layer);
  T over_sources(Point& point, const T& seed);

  void send_orientations(const OrientationSums<T>& block, const T& seed);
  void send_incident(std::size_t source, const Vec3<T>& bar);
  void send_polarisation(std::size_t source, Point& point, const T& bar);
  void send_capture(Point& point, const T& bar);
  void send_solid_angle(Point& point, const T& bar);
  void send_position(const Point& point);
  void send_first_polarisation(const T& slow, const T& fast, const T& bar);

  const GradientConstants& in_;
  const plan::SamplingPlan& plan_;
  const Sampling& sampling_;
  const PanelValues& panel_;
  Cell& cell_;
  plan::PlanNumbers<T> g_;
  T first_solid_angle_, first_polarisation_;
  T seed_;      // photons for one unit of sum_
  T sum_;       // of intensities with the factors that are sampled with them
  T captures_;  // of all layers, at their first points
  T background_by_capture_;
};

template <class L, class T, class C>
auto PixelGradient<L, T, C>::point_at(const T& slow, const T& fast, int layer,
                                      std::size_t sub) const -> Point {
  const auto n = static_cast<std::size_t>(sampling_.oversample);
  const auto steps = [&](const T& pixel, std::size_t i) {
    return pixel + T((static_cast<double>(i) + 0.5) / static_cast<double>(n));
  };
  Point p;
  p.layer = layer;
  p.steps_fast = steps(fast, sub % n);
  p.steps_slow = steps(slow, sub / n);
  const double size = panel_.pixel_size.value();
  p.flat = physics::flat_position(
      widened<T>(panel_.corner_m), widened<T>(panel_.fast), widened<T>(panel_.slow),
      widened<T>(panel_.normal),
      Vec3<T>{size * p.steps_fast, size * p.steps_slow, T(layer * plan_.detector.layers.step)});
  p.position = plan_.detector.curvature == Curvature::flat
                   ? p.flat
                   : physics::spherical_position(p.flat, widened<T>(plan_.beam.direction),
                                                 T(panel_.distance.value()),
                                                 widened<T>(panel_.fast), widened<T>(panel_.slow));
  p.distance = length(p.position);
  p.diffracted = p.position / p.distance;
  p.solid_angle = plan_.detector.pixel_model == PixelModel::point
                      ? physics::point_solid_angle(p.distance)
                      : physics::solid_angle(T(size), p.distance, T(panel_.close_distance.value()));
  return p;
}

template <class L, class T, class C>
T PixelGradient<L, T, C>::capture(const Point& point) const {
  if (plan_.detector.layers.range <= 0.0) return T(1);
  return physics::captured_fraction(point.layer, T(plan_.detector.layers.step),
                                    T(plan_.detector.attenuation_per_m),
                                    dot(point.diffracted, widened<T>(panel_.normal)));
}

template <class L, class T, class C>
T PixelGradient<L, T, C>::polarisation(const plan::SourceSample& source, const Point& point) const {
  if (plan_.beam.polarisation == Polarisation::off) return T(1);
  return physics::polarisation_factor(plan_.beam.kahn_factor, widened<T>(source.incident),
                                      point.diffracted, widened<T>(plan_.beam.polarisation_axis));
}

// The factors that a pixel has once, which are those of its first point and source.
template <class L, class T, class C>
void PixelGradient<L, T, C>::find_first_factors(const T& slow, const T& fast) {
  first_solid_angle_ = point_at(slow, fast, 0, 0).solid_angle;
  first_polarisation_ = T(0);
  for (int layer = 0; layer < plan_.detector.layers.count; ++layer) {
    for (std::size_t i = 0; i < in_.points_a_layer; ++i) {
      const Point point = point_at(slow, fast, layer, i);
      for (const plan::SourceSample& source : plan_.beam.sources) {
        const auto found = within_limit(physics::scattering_vector(
            point.diffracted, widened<T>(source.incident), T(source.wavelength_m)));
        const T factor = select(found, polarisation(source, point), T(0));
        const auto missing = first_polarisation_ == T(0);
        first_polarisation_ = select(missing, factor, first_polarisation_);
        if (is_nowhere(first_polarisation_ == T(0))) return;
      }
    }
  }
}

template <class L, class T, class C>
void PixelGradient<L, T, C>::send_first_polarisation(const T& slow, const T& fast, const T& bar) {
  if (plan_.beam.polarisation == Polarisation::off) return;
  auto missing = T(0) == T(0);
  for (int layer = 0; layer < plan_.detector.layers.count; ++layer) {
    for (std::size_t i = 0; i < in_.points_a_layer; ++i) {
      Point point = point_at(slow, fast, layer, i);
      for (std::size_t j = 0; j < plan_.beam.sources.size(); ++j) {
        const plan::SourceSample& source = plan_.beam.sources[j];
        const auto found = within_limit(physics::scattering_vector(
            point.diffracted, widened<T>(source.incident), T(source.wavelength_m)));
        send_polarisation(j, point, select(missing && found, bar, T(0)));
        missing = missing && !found;
        if (!is_nowhere(missing)) continue;
        send_position(point);
        return;
      }
      send_position(point);
    }
  }
}

template <class L, class T, class C>
T PixelGradient<L, T, C>::photons(const T& slow, const T& fast) {
  plan::for_each_number(g_, [](T& x) { x = T(0); });
  find_first_factors(slow, fast);
  sum_ = T(0);
  captures_ = T(0);
  seed_ = T(in_.scale);
  if (!each(sampling_.polarisation)) seed_ = seed_ * first_polarisation_;
  if (!each(sampling_.solid_angle)) seed_ = seed_ * first_solid_angle_;
  background_by_capture_ = (in_.scale * in_.background) * first_polarisation_ * first_solid_angle_;
  for (int layer = 0; layer < plan_.detector.layers.count; ++layer) add_layer(slow, fast, layer);

  const T crystal = seed_ * sum_;
  const T background = background_by_capture_ * captures_;
  const T photons = crystal + background;
  const T once_polarised = each(sampling_.polarisation) ? background : photons;
  const T once_seen = each(sampling_.solid_angle) ? background : photons;
  Point first = point_at(slow, fast, 0, 0);
  send_solid_angle(first, once_seen / first_solid_angle_);
  send_position(first);
  const auto lit = first_polarisation_ > T(0);
  send_first_polarisation(slow, fast, select(lit, T(once_polarised / first_polarisation_), T(0)));
  // The background goes with the square of the fluence and the cube of the water's edge.
  if (plan_.beam.fluence > 0.0) {
    g_.beam.fluence = (photons + background) / T(plan_.beam.fluence);
  }
  if (plan_.water_m > 0.0) g_.beam.water_m = T(3.0) * background / T(plan_.water_m);
  return photons;
}

template <class L, class T, class C>
void PixelGradient<L, T, C>::add_layer(const T& slow, const T& fast, int layer) {
  Point first = point_at(slow, fast, layer, 0);
  const T first_capture = capture(first);
  T captured = first_capture;
  T once_captured(0);  // what the layer's one capture multiplies
  for (std::size_t i = 0; i < in_.points_a_layer; ++i) {
    Point here = i == 0 ? first : point_at(slow, fast, layer, i);
    if (i > 0 && each(sampling_.absorption)) captured = capture(here);
    const T seen = each(sampling_.solid_angle) ? here.solid_angle : T(1);
    const T intensity = over_sources(here, seed_ * captured * seen);
    sum_ = sum_ + captured * seen * intensity;
    if (each(sampling_.absorption)) {
      send_capture(here, seed_ * seen * intensity);
    } else {
      once_captured = once_captured + seen * intensity;
    }
    if (each(sampling_.solid_angle)) send_solid_angle(here, seed_ * captured * intensity);
    send_position(here);
  }
  captures_ = captures_ + first_capture;
  send_capture(first, seed_ * once_captured + background_by_capture_);
  send_position(first);
}

template <class L, class T, class C>
T PixelGradient<L, T, C>::over_sources(Point& point, const T& seed) {
  T sum(0);
  const double b_factor = plan_.crystal.b_factor;
  for (std::size_t j = 0; j < plan_.beam.sources.size(); ++j) {
    const plan::SourceSample& source = plan_.beam.sources[j];
    const T wavelength(source.wavelength_m);
    const Vec3<T> q =
        physics::scattering_vector(point.diffracted, widened<T>(source.incident), wavelength);
    const auto wanted = within_limit(q);
    if (is_nowhere(wanted)) continue;
    const T polarised = each(sampling_.polarisation) ? polarisation(source, point) : T(1);
    const T displaced = physics::displacement_factor(b_factor, q);
    const T weight = select(wanted, T(source.weight), T(0));
    const T block_seed = seed * weight * polarised * displaced;
    const OrientationSums<T> block = over_orientations<L>(in_, cell_, q, block_seed);
    send_orientations(block, block_seed);
    const T intensity = weight * polarised * displaced * block.sum;
    sum = sum + intensity;
    if (each(sampling_.polarisation)) {
      send_polarisation(j, point, seed * weight * displaced * block.sum);
    }
    const auto displacement = physics::displacement_factor_vjp(
        displaced, T(b_factor), q, T(seed * weight * polarised * block.sum));
    g_.crystal.b_factor = g_.crystal.b_factor + displacement.b_factor;
    const Vec3<T> q_bar = block_seed * block.q + displacement.q;
    const auto scattering = physics::scattering_vector_vjp(q, wavelength, q_bar);
    point.diffracted_bar = point.diffracted_bar + scattering.diffracted;
    send_incident(j, scattering.incident);
    const plan::RayTangent& ray = in_.tangents->rays[j];
    auto& beam = g_.beam;
    beam.wavelength_m = beam.wavelength_m + ray.by_wavelength * scattering.wavelength_m;
    beam.bandwidth = beam.bandwidth + ray.by_bandwidth * scattering.wavelength_m;
  }
  return sum;
}

template <class L, class T, class C>
void PixelGradient<L, T, C>::send_orientations(const OrientationSums<T>& block, const T& seed) {
  auto& g = g_.crystal;
  const auto send = [&](Axes<T>& to, const Axes<T>& from) {
    add_scaled(to.a, seed, from.a);
    add_scaled(to.b, seed, from.b);
    add_scaled(to.c, seed, from.c);
  };
  send(g.axes, block.axes);
  if constexpr (L::kUsesReciprocal) send(g.reciprocal, block.reciprocal);
  g.cells[0] = g.cells[0] + seed * block.cells.x;
  g.cells[1] = g.cells[1] + seed * block.cells.y;
  g.cells[2] = g.cells[2] + seed * block.cells.z;
  g.fudge = g.fudge + seed * block.fudge;
  g.phi_start = g.phi_start + seed * block.phi_start;
  g.phi_step = g.phi_step + seed * block.phi_step;
  g.mosaic_spread = g.mosaic_spread + seed * block.mosaic_spread;
}

template <class L, class T, class C>
void PixelGradient<L, T, C>::send_incident(std::size_t source, const Vec3<T>& bar) {
  const plan::RayTangent& ray = in_.tangents->rays[source];
  const auto along = [&](const Vec3<double>& u) { return u.x * bar.x + u.y * bar.y + u.z * bar.z; };
  auto& beam = g_.beam;
  beam.horizontal_divergence = beam.horizontal_divergence + along(ray.by_horizontal);
  beam.vertical_divergence = beam.vertical_divergence + along(ray.by_vertical);
}

template <class L, class T, class C>
void PixelGradient<L, T, C>::send_polarisation(std::size_t source, Point& point, const T& bar) {
  if (plan_.beam.polarisation == Polarisation::off) return;
  const auto by = physics::polarisation_factor_vjp(
      T(plan_.beam.kahn_factor), widened<T>(plan_.beam.sources[source].incident), point.diffracted,
      widened<T>(plan_.beam.polarisation_axis), bar);
  g_.beam.kahn_factor = g_.beam.kahn_factor + by.kahn;
  point.diffracted_bar = point.diffracted_bar + by.diffracted;
  send_incident(source, by.incident);
}

template <class L, class T, class C>
void PixelGradient<L, T, C>::send_capture(Point& point, const T& bar) {
  if (plan_.detector.layers.range <= 0.0) return;
  const Vec3<T> normal = widened<T>(panel_.normal);
  const auto by = physics::captured_fraction_vjp(point.layer, T(plan_.detector.layers.step),
                                                 T(plan_.detector.attenuation_per_m),
                                                 dot(point.diffracted, normal), bar);
  auto& g = g_.panel;
  g.layer_step = g.layer_step + by.thickness;
  g.attenuation_per_m = g.attenuation_per_m + by.attenuation;
  add_scaled(g.normal, by.cosine, point.diffracted);
  add_scaled(point.diffracted_bar, by.cosine, normal);
}

template <class L, class T, class C>
void PixelGradient<L, T, C>::send_solid_angle(Point& point, const T& bar) {
  if (plan_.detector.pixel_model == PixelModel::point) {
    point.distance_bar = point.distance_bar + physics::point_solid_angle_vjp(point.distance, bar);
    return;
  }
  const auto by = physics::solid_angle_vjp(T(panel_.pixel_size.value()), point.distance,
                                           T(panel_.close_distance.value()), bar);
  point.distance_bar = point.distance_bar + by.distance;
  auto& g = g_.panel;
  g.pixel_size = g.pixel_size + by.pixel_size;
  g.close_distance = g.close_distance + by.close_distance;
}

// d = position/distance, and the position from the panel.
template <class L, class T, class C>
void PixelGradient<L, T, C>::send_position(const Point& point) {
  const Vec3<T>& d = point.diffracted;
  const T radial = dot(d, point.diffracted_bar);
  Vec3<T> bar = (point.diffracted_bar - radial * d) / point.distance + point.distance_bar * d;
  auto& g = g_.panel;
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
  const auto along = [&](const Vec3<double>& u) { return u.x * bar.x + u.y * bar.y + u.z * bar.z; };
  g.corner = g.corner + bar;
  add_scaled(g.fast, size * point.steps_fast, bar);
  add_scaled(g.slow, size * point.steps_slow, bar);
  const double depth = point.layer * plan_.detector.layers.step;
  add_scaled(g.normal, T(depth), bar);
  g.pixel_size =
      g.pixel_size + along(panel_.fast) * point.steps_fast + along(panel_.slow) * point.steps_slow;
  g.layer_step = g.layer_step + static_cast<double>(point.layer) * along(panel_.normal);
}

}  // namespace nanobragg::kernel
