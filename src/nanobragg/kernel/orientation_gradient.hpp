// The sum over spindle steps and mosaic domains for one scattering vector, differentiated: the
// inner loop of every gradient.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <type_traits>

#include "nanobragg/kernel/arithmetic.hpp"
#include "nanobragg/kernel/gradient_constants.hpp"
#include "nanobragg/physics/lattice/shapes.hpp"

namespace nanobragg::kernel {

template <class T, class S>
Vec3<T> widened(const Vec3<S>& v) {
  return {T(v.x), T(v.y), T(v.z)};
}
template <class T, class S>
void add_scaled(Vec3<T>& to, const S& scale, const Vec3<T>& v) {
  to = to + scale * v;
}
// u·v for a vector u of plain numbers.
template <class S, class T>
T along(const Vec3<S>& u, const Vec3<T>& v) {
  return T(u.x) * v.x + T(u.y) * v.y + T(u.z) * v.z;
}
// Σ rows of (a, b, c), weighted by v: the transpose of (a·, b·, c·).
template <class S, class T>
Vec3<T> transposed(const Vec3<S>& a, const Vec3<S>& b, const Vec3<S>& c, const Vec3<T>& v) {
  return {T(a.x) * v.x + T(b.x) * v.y + T(c.x) * v.z, T(a.y) * v.x + T(b.y) * v.y + T(c.y) * v.z,
          T(a.z) * v.x + T(b.z) * v.y + T(c.z) * v.z};
}

// Σ F_cell²·F_lattice², with its derivatives; lengths in Å.
template <class T>
struct OrientationSums {
  T sum{0};
  Vec3<T> q{T(0), T(0), T(0)};
  Axes<T> axes{q, q, q}, reciprocal{q, q, q};
  Vec3<T> cells{q};
  T fudge{0}, phi_start{0}, phi_step{0}, mosaic_spread{0};
};

// Calls f with every member of both.
template <class A, class B, class F>
void for_each_pair(A& a, const B& b, F f) {
  const auto vector = [&](auto& u, const auto& v) { f(u.x, v.x), f(u.y, v.y), f(u.z, v.z); };
  const auto axes = [&](auto& u, const auto& v) {
    vector(u.a, v.a), vector(u.b, v.b), vector(u.c, v.c);
  };
  f(a.sum, b.sum);
  vector(a.q, b.q), axes(a.axes, b.axes), axes(a.reciprocal, b.reciprocal),
      vector(a.cells, b.cells);
  f(a.fudge, b.fudge), f(a.phi_start, b.phi_start), f(a.phi_step, b.phi_step);
  f(a.mosaic_spread, b.mosaic_spread);
}

// The lattice transform in narrow numbers, where the shape says how; else in wide ones, rounded.
template <class Lattice, class A>
physics::LatticeSlopes<typename A::Narrow> lattice_slopes(
    const Vec3<typename A::Wide>& offset, const physics::LatticeSize<double>& size) {
  const auto narrow = [](const auto& v) {
    return Vec3<typename A::Narrow>{A::narrow(v.x), A::narrow(v.y), A::narrow(v.z)};
  };
  if constexpr (A::kIsMixed && requires { typename Lattice::SinglePrecision; }) {
    using Sine = typename Lattice::SinglePrecision;
    const auto moved = Lattice::displaced_from_zero(offset, Sine::smallest_offset);
    const auto phases = Lattice::phases(moved, size);
    const typename Lattice::template Phases<typename A::Narrow> narrowed{narrow(phases.reduced),
                                                                         narrow(phases.offset)};
    return Lattice::template slopes_at<Sine>(narrowed, size);
  } else {
    const auto slopes = Lattice::slopes(offset, size);
    return {A::narrow(slopes.value), narrow(slopes.by_offset), narrow(slopes.by_cells),
            A::narrow(slopes.by_fudge), narrow(slopes.by_radius)};
  }
}

// The scattering vector (Å⁻¹), and how much a unit of the sum makes of the photons.
template <class A>
struct OrientationInput {
  Vec3<typename A::Wide> q;
  Vec3<typename A::Narrow> narrow_q;
  typename A::Wide seed;
};

// h = a·q with a = M a₀: ∂h/∂a₀ = Mᵀq, and a turn τ of the lattice changes h by τ·(a × q).
template <class Lattice, class A, class Cell>
void add_orientation(OrientationSums<typename A::Narrow>& out, const GradientConstants& in,
                     std::size_t index, Cell& cell_of, const OrientationInput<A>& input) {
  using std::round;
  using T = typename A::Narrow;
  const Axes<double>& axes = in.orientations[index].axes;
  const Vec3<typename A::Wide> hkl{along(axes.a, input.q), along(axes.b, input.q),
                                   along(axes.c, input.q)};
  const Vec3<typename A::Wide> nearest{round(hkl.x), round(hkl.y), round(hkl.z)};
  const Vec3<typename A::Wide> offset = hkl - nearest;
  const auto lattice = lattice_slopes<Lattice, A>(offset, in.lattice_size);
  const auto cell = cell_of.squared(hkl, nearest);
  const T squared = lattice.value * lattice.value;
  out.sum = out.sum + cell.value * squared;
  if constexpr (Cell::kCollects) cell_of.collect(hkl, nearest, input.seed * squared);

  const auto& at = in.orientations_as<typename A::Scalar>()[index];
  const T twice = T(2) * cell.value * lattice.value;
  Vec3<T> by_hkl = twice * lattice.by_offset;
  if constexpr (Cell::kHasSlopes) by_hkl = by_hkl + squared * cell.by_hkl;
  const Vec3<T> by_q = transposed(at.axes.a, at.axes.b, at.axes.c, by_hkl);
  out.q = out.q + by_q;
  const auto& m = at.rotation.row;
  const Vec3<T> turned = transposed(m[0], m[1], m[2], input.narrow_q);
  add_scaled(out.axes.a, by_hkl.x, turned);
  add_scaled(out.axes.b, by_hkl.y, turned);
  add_scaled(out.axes.c, by_hkl.z, turned);
  const Vec3<T> torque = cross(by_q, input.narrow_q);
  const T by_phi = along(at.spindle, torque);
  out.phi_start = out.phi_start + by_phi;
  out.phi_step = out.phi_step + T(at.step) * by_phi;
  if (in.is_mosaic) out.mosaic_spread = out.mosaic_spread + along(at.mosaic, torque);
  add_scaled(out.cells, twice, lattice.by_cells);
  if constexpr (Lattice::kUsesFudge) out.fudge = out.fudge + twice * lattice.by_fudge;
  if constexpr (Lattice::kUsesReciprocal) {
    const Vec3<T> by_radius = twice * lattice.by_radius;
    add_scaled(out.reciprocal.a, A::narrow(offset.x), by_radius);
    add_scaled(out.reciprocal.b, A::narrow(offset.y), by_radius);
    add_scaled(out.reciprocal.c, A::narrow(offset.z), by_radius);
  }
}

// Cell is how |F|² is found: squared(hkl, nearest) gives `value` and, where it is interpolated,
// `by_hkl`; collect(…) takes the photons for one unit of |F|² where somebody wants them. Narrow
// sums stay short; blocks of them are added up in wide numbers.
template <class Lattice, class A, class Cell>
OrientationSums<typename A::Wide> over_orientations(const GradientConstants& in, Cell& cell,
                                                    const OrientationInput<A>& input) {
  constexpr std::size_t kBlock = 16;
  OrientationSums<typename A::Wide> out;
  const std::size_t count = in.orientations.size();
  for (std::size_t from = 0; from < count; from += kBlock) {
    const std::size_t to = from + kBlock < count ? from + kBlock : count;
    OrientationSums<typename A::Narrow> block;
    for (std::size_t i = from; i < to; ++i) add_orientation<Lattice>(block, in, i, cell, input);
    for_each_pair(out, block,
                  [](auto& wide, const auto& narrow) { wide = wide + A::widen(narrow); });
  }
  return out;
}

}  // namespace nanobragg::kernel
