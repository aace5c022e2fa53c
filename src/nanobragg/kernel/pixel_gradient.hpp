// Photons of a pixel with their derivatives by every number of the plan: the sum of kernel/scalar,
// differentiated. A number stands for one pixel, or is a vector of neighbouring pixels.
#pragma once

#include <cmath>
#include <cstddef>

#include "nanobragg/kernel/live_numbers.hpp"
#include "nanobragg/kernel/orientation_gradient.hpp"
#include "nanobragg/physics/displacement.hpp"
#include "nanobragg/physics/factors.hpp"
#include "nanobragg/physics/pixel_position.hpp"
#include "nanobragg/physics/polarisation.hpp"
#include "nanobragg/physics/scattering.hpp"
#include "nanobragg/physics/solid_angle.hpp"
#include "nanobragg/plan/numbers.hpp"

namespace nanobragg::kernel {

// "bar" of x is the derivative of the photons by x.
template <class Lattice, class Arithmetic, class Cell>
class PixelGradient {
 public:
  using T = typename Arithmetic::Wide;

  PixelGradient(const GradientConstants& in, Cell& cell)
      : in_(in),
        plan_(*in.plan),
        sampling_(plan_.sampling),
        panel_(*in.panel),
        shape_(in.lattice_size),
        units_(shape_.units()),
        cell_(cell) {
    plan::for_each_number(g_, [](T& x) { x = T(0); });
  }

  // Of the pixels at these whole coordinates in this light. Their gradient is added to what stands
  // there: whoever takes it clears it, which costs least between the reading of it.
  T photons(const T& slow, const T& fast, const Light& light);
  plan::PlanNumbers<T>& gradient() { return g_; }
  const plan::PlanNumbers<T>& gradient() const { return g_; }
  NANOBRAGG_WHOLE void clear() {
    for_each_live_number<Lattice>(
        in_, [](T& x) { x = T(0); }, g_);
  }

 private:
  // A point of the sensor.
  struct Point {
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
  // What the bars of a point have gathered.
  struct Bars {
    Vec3<T> diffracted{T(0), T(0), T(0)};
    T distance{0}, cosine{0};
  };
  // What a pixel has once: coordinates, light, its first point, and the factors found there.
  struct Once {
    T slow, fast;
    Light light;
    Point point;
    Bars bars;
    T polarisation;
    T seed;  // photons for one unit of `sum_`
    // Of the water: polarisation of the first source, and photons if all were captured.
    T water_polarisation, water;
  };

  NANOBRAGG_WHOLE void place(Point& p, int layer, std::size_t sub) const;
  T capture(const Point& point) const;
  NANOBRAGG_WHOLE T polarisation(std::size_t source, const Point& point) const;
  Vec3<T> scattering(std::size_t source, const Point& point) const {
    const plan::SourceSample& ray = plan_.beam.sources[source];
    return physics::scattering_vector_by_inverse(point.diffracted, widened<T>(ray.incident),
                                                 T(1.0 / ray.wavelength_m));
  }
  bool limited() const { return sampling_.resolution_limit.value() > 0.0; }
  auto within_limit(const Vec3<T>& q) const {
    return limited() ? physics::is_within_limit(q, sampling_.resolution_limit.value())
                     : T(0) <= T(1);
  }

  // Calls f(source, point, found) at every source of every point in turn, `found` where the first
  // source within the resolution limit is this one, until all have found theirs.
  template <class F>
  void find_first_source(F f) const;
  NANOBRAGG_WHOLE void start(const T& slow, const T& fast, const Light& light);
  void add_layer(int layer);
  NANOBRAGG_WHOLE T over_sources(const Point& point, const T& seed, Bars& bars);
  // Of all orientations that a source lights.
  struct LitSum {
    T sum{0};
    Vec3<T> by_q = zero_vector<T>();  // Å
  };
  NANOBRAGG_WHOLE LitSum over_blocks(const OrientationInput<Arithmetic>& input,
                                     const LitSource& lit);

  using Narrow = typename Arithmetic::Narrow;
  void send_orientations(const OrientationSums<Lattice, Narrow>& block, const T& seed);
  NANOBRAGG_WHOLE void send_incident(std::size_t source, const Vec3<T>& bar);
  NANOBRAGG_WHOLE void send_polarisation(std::size_t source, const Point& point, const T& bar,
                                         Bars& bars);
  NANOBRAGG_WHOLE void send_capture(const Point& point, const T& bar, Bars& bars);
  void send_layer(const physics::LayerBar<T>& by, Bars& bars);
  Vec3<T> send_depth(const Point& point, const Vec3<T>& bar, Bars bars);
  NANOBRAGG_WHOLE void send_solid_angle(const Point& point, const T& scaled_bar, Bars& bars);
  NANOBRAGG_WHOLE void send_position(const Point& point, const Bars& bars);
  void send_first_polarisation(const T& bar);

  const GradientConstants& in_;
  const plan::SamplingPlan& plan_;
  const Sampling& sampling_;
  const PanelValues& panel_;
  const NarrowLattice<Lattice, Arithmetic> shape_;
  const physics::SlopeUnits units_;
  Cell& cell_;
  plan::PlanNumbers<T> g_;
  Once once_;
  T sum_;       // of intensities with the factors that are sampled with them
  T captures_;  // of all layers, at their first points
};

template <class L, class A, class C>
void PixelGradient<L, A, C>::place(Point& p, int layer, std::size_t sub) const {
  const auto n = static_cast<std::size_t>(sampling_.oversample);
  const auto steps = [&](const T& pixel, std::size_t i) {
    return pixel + T((static_cast<double>(i) + 0.5) / static_cast<double>(n));
  };
  p.layer = layer;
  p.steps_fast = steps(once_.fast, sub % n);
  p.steps_slow = steps(once_.slow, sub / n);
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

template <class L, class A, class C>
auto PixelGradient<L, A, C>::capture(const Point& point) const -> T {
  if (!in_.absorbs()) return T(1);
  return physics::captured_fraction(point.layer, T(plan_.detector.layers.step),
                                    T(plan_.detector.attenuation_per_m), point.cosine);
}

template <class L, class A, class C>
auto PixelGradient<L, A, C>::polarisation(std::size_t source, const Point& point) const -> T {
  if (!in_.is_polarised()) return T(1);
  const physics::PolarisationFrame<double>& frame = in_.rays.frames[source];
  return physics::polarisation_factor(
      plan_.beam.kahn_factor, along(plan_.beam.sources[source].incident, point.diffracted),
      point.diffracted,
      physics::PolarisationFrame<T>{widened<T>(frame.magnetic), widened<T>(frame.electric)});
}

template <class L, class A, class C>
template <class F>
void PixelGradient<L, A, C>::find_first_source(F f) const {
  auto missing = T(0) == T(0);
  if (!limited()) return f(0, once_.point, missing);
  for (int layer = 0; layer < plan_.detector.layers.count; ++layer) {
    for (std::size_t i = 0; i < in_.points_a_layer; ++i) {
      Point other;
      const bool is_first = layer == 0 && i == 0;
      if (!is_first) place(other, layer, i);
      const Point& point = is_first ? once_.point : other;
      for (std::size_t j = 0; j < plan_.beam.sources.size(); ++j) {
        const auto within = within_limit(scattering(j, point));
        f(j, point, missing && within);
        missing = missing && !within;
        if (is_nowhere(missing)) return;
      }
    }
  }
}

template <class L, class A, class C>
void PixelGradient<L, A, C>::start(const T& slow, const T& fast, const Light& light) {
  once_.slow = slow;
  once_.fast = fast;
  once_.light = light;
  place(once_.point, 0, 0);
  once_.bars = Bars();
  once_.polarisation = T(0);
  find_first_source([&](std::size_t source, const Point& point, const auto& found) {
    once_.polarisation = select(found, polarisation(source, point), once_.polarisation);
  });
  once_.seed = T(in_.scale);
  if (!physics::is_inside_sum(sampling_.polarisation)) once_.seed = once_.seed * once_.polarisation;
  if (!physics::is_inside_sum(sampling_.solid_angle))
    once_.seed = once_.seed * once_.point.solid_angle;
  if (in_.water != 0.0) {
    once_.water_polarisation = polarisation(0, once_.point);
    once_.water = in_.water * once_.water_polarisation * once_.point.solid_angle;
  }
  sum_ = T(0);
  captures_ = T(0);
}

template <class L, class A, class C>
auto PixelGradient<L, A, C>::photons(const T& slow, const T& fast, const Light& light) -> T {
  if (light.count == 0 && in_.water == 0.0) return T(0);
  start(slow, fast, light);
  for (int layer = 0; layer < plan_.detector.layers.count; ++layer) add_layer(layer);

  const auto quotient = [](const T& x, const T& y) { return select(y > T(0), T(x / y), T(0)); };
  const T crystal = once_.seed * sum_;
  const T water = in_.water != 0.0 ? once_.water * captures_ : T(0);
  const T photons = crystal + water;
  send_solid_angle(once_.point, physics::is_inside_sum(sampling_.solid_angle) ? water : photons,
                   once_.bars);
  if (!physics::is_inside_sum(sampling_.polarisation)) {
    send_first_polarisation(quotient(crystal, once_.polarisation));
  }
  if (in_.water != 0.0) {
    send_polarisation(0, once_.point, quotient(water, once_.water_polarisation), once_.bars);
    g_.beam.water_m = T(3.0 / plan_.water_m) * water;
  }
  send_position(once_.point, once_.bars);
  if (plan_.beam.fluence > 0.0) g_.beam.fluence = T(1.0 / plan_.beam.fluence) * photons;
  return photons;
}

template <class L, class A, class C>
void PixelGradient<L, A, C>::add_layer(int layer) {
  Point other;
  if (layer > 0) place(other, layer, 0);
  const Point& first = layer == 0 ? once_.point : other;
  Bars first_bars;
  const T first_capture = capture(first);
  T captured = first_capture;
  T once_captured(0);  // what the layer's one capture multiplies
  const auto add_point = [&](const Point& here, Bars& bars) {
    const T seen = physics::is_inside_sum(sampling_.solid_angle) ? here.solid_angle : T(1);
    const T intensity = over_sources(here, once_.seed * captured * seen, bars);
    const T counted = captured * seen * intensity;
    sum_ = sum_ + counted;
    if (physics::is_inside_sum(sampling_.absorption)) {
      send_capture(here, once_.seed * seen * intensity, bars);
    } else {
      once_captured = once_captured + seen * intensity;
    }
    if (physics::is_inside_sum(sampling_.solid_angle))
      send_solid_angle(here, once_.seed * counted, bars);
  };
  add_point(first, first_bars);
  const std::size_t points = once_.light.count == 0 ? 1 : in_.points_a_layer;
  for (std::size_t i = 1; i < points; ++i) {
    Point here;
    place(here, layer, i);
    if (physics::is_inside_sum(sampling_.absorption)) captured = capture(here);
    Bars bars;
    add_point(here, bars);
    send_position(here, bars);
  }
  captures_ = captures_ + first_capture;
  const T by_capture = once_.seed * once_captured;
  send_capture(first, in_.water != 0.0 ? by_capture + once_.water : by_capture, first_bars);
  if (layer == 0) {
    once_.bars = first_bars;
  } else {
    send_position(first, first_bars);
  }
}

template <class L, class A, class C>
auto PixelGradient<L, A, C>::over_sources(const Point& point, const T& seed, Bars& bars) -> T {
  T sum(0);
  const double b_factor = plan_.crystal.b_factor;
  for (std::size_t i = 0; i < once_.light.count; ++i) {
    const LitSource& lit = once_.light.sources[i];
    const std::size_t j = lit.source;
    const plan::SourceSample& source = plan_.beam.sources[j];
    const Vec3<T> q = scattering(j, point);
    const auto wanted = within_limit(q);
    if (is_nowhere(wanted)) continue;
    const T polarised =
        physics::is_inside_sum(sampling_.polarisation) ? polarisation(j, point) : T(1);
    const T displaced = physics::displacement_factor(b_factor, q);
    const T weight = select(wanted, T(source.weight), T(0));
    const T block_seed = seed * weight * polarised * displaced;
    const Vec3<T> q_per_angstrom = T(1.0 / kAngstromsPerMetre) * q;
    const auto all = over_blocks({q_per_angstrom, block_seed}, lit);
    const T intensity = weight * polarised * displaced * all.sum;
    sum = sum + intensity;
    if (physics::is_inside_sum(sampling_.polarisation)) {
      send_polarisation(j, point, seed * weight * displaced * all.sum, bars);
    }
    const auto displacement = physics::displacement_factor_vjp(
        displaced, T(b_factor), q, T(seed * weight * polarised * all.sum));
    g_.crystal.b_factor = g_.crystal.b_factor + displacement.b_factor;
    const Vec3<T> q_bar = (block_seed * T(1.0 / kAngstromsPerMetre)) * all.by_q + displacement.q;
    const auto by = physics::scattering_vector_vjp(q, T(1.0 / source.wavelength_m), q_bar);
    bars.diffracted = bars.diffracted + by.diffracted;
    send_incident(j, by.incident);
    const plan::RayTangent& ray = in_.tangents->rays[j];
    auto& beam = g_.beam;
    beam.wavelength_m = beam.wavelength_m + T(ray.by_wavelength) * by.wavelength_m;
    beam.bandwidth = beam.bandwidth + T(ray.by_bandwidth) * by.wavelength_m;
  }
  return sum;
}

template <class L, class A, class C>
auto PixelGradient<L, A, C>::over_blocks(const OrientationInput<A>& input, const LitSource& lit)
    -> LitSum {
  LitSum all;
  for (std::size_t from = 0; from < lit.count; from += kOrientationBlock) {
    const std::size_t left = lit.count - from;
    const std::span block(lit.orientations + from,
                          left < kOrientationBlock ? left : kOrientationBlock);
    const OrientationSums<L, Narrow> sums =
        in_.is_mosaic() ? over_orientations<DomainTurns<A>>(in_, shape_, cell_, input, block)
                        : over_orientations<SpindleTurns<A>>(in_, shape_, cell_, input, block);
    send_orientations(sums, input.seed);
    all.sum = all.sum + A::widen(sums.sum);
    add_scaled(all.by_q, T(units_.by_offset), widened<A>(sums.by.q));
  }
  return all;
}

}  // namespace nanobragg::kernel

#include "nanobragg/kernel/pixel_gradient_sends.hpp"
