// Photons of a pixel with their derivatives by every number of the plan: the sum of kernel/scalar,
// differentiated. A number stands for one pixel, or is a vector of neighbouring pixels.
#pragma once

#include <cmath>
#include <cstddef>

#include "nanobragg/kernel/adjoint/orientation_gradient.hpp"
#include "nanobragg/kernel/adjoint/point_gradient.hpp"
#include "nanobragg/kernel/pixel/active.hpp"
#include "nanobragg/physics/displacement.hpp"

namespace nanobragg::kernel {

template <class Lattice, class Arithmetic, class Cell>
class PixelGradient {
 public:
  using T = typename Arithmetic::Wide;

  PixelGradient(const GradientConstants& in, Cell& cell)
      : in_(in),
        plan_(in.plan),
        sampling_(in.plan.sampling),
        shape_(in.lattice_size),
        units_(shape_.units()),
        cell_(cell),
        points_(in) {}

  // Of the pixels at these whole coordinates, where this is active. Their gradient is added to what
  // stands there: whoever takes it clears it, which costs least between the reading of it.
  T photons(const T& slow, const T& fast, const Active& active);
  plan::PlanInputs<T>& gradient() { return points_.gradient(); }

 private:
  using Narrow = typename Arithmetic::Narrow;
  using Point = GradientPoint<T>;
  using Bars = PointBars<T>;
  // What a pixel has once: what is active, its first point, and the factors found there.
  struct Once {
    Active active;
    Point point;
    Bars bars;
    T polarisation;
    T seed;  // photons for one unit of `sum_`
  };

  bool limited() const { return sampling_.resolution_limit.value() > 0.0; }
  auto within_limit(const Vec3<T>& q) const {
    return limited() ? physics::is_within_limit(q, sampling_.resolution_limit.value())
                     : T(0) <= T(1);
  }
  std::size_t points_a_layer() const { return in_.panel.oversample * in_.panel.oversample; }

  // Calls f(source, point, found) at every source of every point in turn, `found` where the first
  // source within the resolution limit is this one, until all have found theirs.
  template <class F>
  void find_first_source(F f) const;
  NANOBRAGG_WHOLE void start(const Active& active);
  void add_layer(int layer);
  NANOBRAGG_WHOLE T over_sources(const Point& point, const T& seed, Bars& bars);
  // Of all orientations that a source excites.
  struct ActiveSum {
    T sum{0};
    Vec3<T> by_q = zero_vector<T>();  // Å
  };
  NANOBRAGG_WHOLE ActiveSum over_blocks(const OrientationInput<Arithmetic>& input,
                                        const ActiveSource& active);
  void add_orientations(const OrientationSums<Lattice, Narrow>& block, const T& seed);
  void add_first_polarisation(const T& bar);

  const GradientConstants& in_;
  const plan::PanelPlan& plan_;
  const Sampling& sampling_;
  const NarrowLattice<Lattice, Arithmetic> shape_;
  const physics::SlopeUnits units_;
  Cell& cell_;
  PointGradient<T> points_;
  Once once_;
  T sum_;  // of intensities with the factors that are sampled with them
};

template <class L, class A, class C>
template <class F>
void PixelGradient<L, A, C>::find_first_source(F f) const {
  auto missing = T(0) == T(0);
  if (!limited()) return f(0, once_.point, missing);
  for (int layer = 0; layer < plan_.detector.layers.count; ++layer) {
    for (std::size_t i = 0; i < points_a_layer(); ++i) {
      Point other;
      const bool is_first = layer == 0 && i == 0;
      if (!is_first) points_.place(other, layer, i);
      const Point& point = is_first ? once_.point : other;
      for (std::size_t j = 0; j < in_.sources.size(); ++j) {
        const auto within = within_limit(points_.scattering(j, point));
        f(j, point, missing && within);
        missing = missing && !within;
        if (is_nowhere(missing)) return;
      }
    }
  }
}

template <class L, class A, class C>
void PixelGradient<L, A, C>::start(const Active& active) {
  once_.active = active;
  points_.place(once_.point, 0, 0);
  once_.bars = Bars();
  once_.polarisation = T(0);
  find_first_source([&](std::size_t source, const Point& point, const auto& found) {
    once_.polarisation = select(found, points_.polarisation(source, point), once_.polarisation);
  });
  once_.seed = T(in_.scale);
  if (!physics::is_inside_sum(sampling_.polarisation)) once_.seed = once_.seed * once_.polarisation;
  if (!physics::is_inside_sum(sampling_.solid_angle))
    once_.seed = once_.seed * once_.point.solid_angle;
  sum_ = T(0);
}

template <class L, class A, class C>
auto PixelGradient<L, A, C>::photons(const T& slow, const T& fast, const Active& active) -> T {
  if (active.count == 0) return T(0);
  points_.move_to(slow, fast);
  start(active);
  for (int layer = 0; layer < plan_.detector.layers.count; ++layer) add_layer(layer);

  const auto quotient = [](const T& x, const T& y) { return select(y > T(0), T(x / y), T(0)); };
  const T photons = once_.seed * sum_;
  if (!physics::is_inside_sum(sampling_.solid_angle)) {
    points_.add_solid_angle(once_.point, photons, once_.bars);
  }
  if (!physics::is_inside_sum(sampling_.polarisation)) {
    add_first_polarisation(quotient(photons, once_.polarisation));
  }
  points_.add_position(once_.point, once_.bars);
  if (plan_.beam.fluence > 0.0) gradient().beam.fluence = T(1.0 / plan_.beam.fluence) * photons;
  return photons;
}

template <class L, class A, class C>
void PixelGradient<L, A, C>::add_layer(int layer) {
  Point other;
  if (layer > 0) points_.place(other, layer, 0);
  const Point& first = layer == 0 ? once_.point : other;
  Bars first_bars;
  T captured = points_.capture(first);
  T once_captured(0);  // what the layer's one capture multiplies
  const auto add_point = [&](const Point& here, Bars& bars) {
    const T seen = physics::is_inside_sum(sampling_.solid_angle) ? here.solid_angle : T(1);
    const T intensity = over_sources(here, once_.seed * captured * seen, bars);
    const T counted = captured * seen * intensity;
    sum_ = sum_ + counted;
    if (physics::is_inside_sum(sampling_.absorption)) {
      points_.add_capture(here, once_.seed * seen * intensity, bars);
    } else {
      once_captured = once_captured + seen * intensity;
    }
    if (physics::is_inside_sum(sampling_.solid_angle))
      points_.add_solid_angle(here, once_.seed * counted, bars);
  };
  add_point(first, first_bars);
  for (std::size_t i = 1; i < points_a_layer(); ++i) {
    Point here;
    points_.place(here, layer, i);
    if (physics::is_inside_sum(sampling_.absorption)) captured = points_.capture(here);
    Bars bars;
    add_point(here, bars);
    points_.add_position(here, bars);
  }
  points_.add_capture(first, once_.seed * once_captured, first_bars);
  if (layer == 0) {
    once_.bars = first_bars;
  } else {
    points_.add_position(first, first_bars);
  }
}

template <class L, class A, class C>
auto PixelGradient<L, A, C>::over_sources(const Point& point, const T& seed, Bars& bars) -> T {
  T sum(0);
  const double b_factor = in_.b_factor;
  for (std::size_t i = 0; i < once_.active.count; ++i) {
    const ActiveSource& active = once_.active.sources[i];
    const std::size_t j = active.source;
    const SourceConstants<double>& source = in_.sources[j];
    const Vec3<T> q = points_.scattering(j, point);
    const auto wanted = within_limit(q);
    if (is_nowhere(wanted)) continue;
    const T polarised =
        physics::is_inside_sum(sampling_.polarisation) ? points_.polarisation(j, point) : T(1);
    const T displaced = physics::displacement_factor(b_factor, q);
    const T weight = select(wanted, T(source.weight), T(0));
    const T block_seed = seed * weight * polarised * displaced;
    const Vec3<T> q_per_angstrom = T(1.0 / kAngstromsPerMetre) * q;
    const auto all = over_blocks({q_per_angstrom, block_seed}, active);
    const T intensity = weight * polarised * displaced * all.sum;
    sum = sum + intensity;
    if (physics::is_inside_sum(sampling_.polarisation)) {
      points_.add_polarisation(j, point, seed * weight * displaced * all.sum, bars);
    }
    const auto displacement = physics::displacement_factor_vjp(
        displaced, T(b_factor), q, T(seed * weight * polarised * all.sum));
    auto& g = gradient();
    g.crystal.b_factor = g.crystal.b_factor + displacement.b_factor;
    const Vec3<T> q_bar = (block_seed * T(1.0 / kAngstromsPerMetre)) * all.by_q + displacement.q;
    const auto by = physics::scattering_vector_vjp(q, T(source.inverse_wavelength_per_m), q_bar);
    bars.diffracted = bars.diffracted + by.diffracted;
    points_.add_incident(j, by.incident);
    const plan::RayTangent& ray = in_.tangents->rays[j];
    g.beam.wavelength_m = g.beam.wavelength_m + T(ray.by_wavelength) * by.wavelength_m;
    g.beam.bandwidth = g.beam.bandwidth + T(ray.by_bandwidth) * by.wavelength_m;
  }
  return sum;
}

template <class L, class A, class C>
auto PixelGradient<L, A, C>::over_blocks(const OrientationInput<A>& input,
                                         const ActiveSource& active) -> ActiveSum {
  ActiveSum all;
  for (std::size_t from = 0; from < active.count; from += kOrientationBlock) {
    const std::size_t left = active.count - from;
    const std::span block(active.orientations + from,
                          left < kOrientationBlock ? left : kOrientationBlock);
    const OrientationSums<L, Narrow> sums =
        in_.is_mosaic() ? over_orientations<DomainTurns<A>>(in_, shape_, cell_, input, block)
                        : over_orientations<SpindleTurns<A>>(in_, shape_, cell_, input, block);
    add_orientations(sums, input.seed);
    all.sum = all.sum + A::widen(sums.sum);
    add_scaled(all.by_q, T(units_.by_offset), widened<A>(sums.by.q));
  }
  return all;
}

template <class L, class A, class C>
void PixelGradient<L, A, C>::add_orientations(const OrientationSums<L, Narrow>& block,
                                              const T& seed) {
  auto& g = gradient().crystal;
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
  if (in_.is_mosaic()) {
    add(g.mosaic_spread, by_movement, block.by.mosaic_spread);
    add(g.cell_spread, by_movement, block.by.cell_spread);
  }
}

template <class L, class A, class C>
void PixelGradient<L, A, C>::add_first_polarisation(const T& bar) {
  if (!in_.is_polarised()) return;
  find_first_source([&](std::size_t source, const Point& point, const auto& found) {
    const T bar_here = select(found, bar, T(0));
    if (&point == &once_.point) {
      points_.add_polarisation(source, point, bar_here, once_.bars);
      return;
    }
    Bars bars;
    points_.add_polarisation(source, point, bar_here, bars);
    points_.add_position(point, bars);
  });
}

}  // namespace nanobragg::kernel
