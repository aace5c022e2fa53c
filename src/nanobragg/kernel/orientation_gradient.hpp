// The sum over spindle steps and mosaic domains for one scattering vector, differentiated: the
// inner loop of every gradient.
#pragma once

#include <cmath>
#include <cstddef>

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

// Σ F_cell²·F_lattice², with its derivatives.
template <class T>
struct OrientationSums {
  T sum{0};
  Vec3<T> q{T(0), T(0), T(0)};
  Axes<T> axes{q, q, q}, reciprocal{q, q, q};
  Vec3<T> cells{q};
  T fudge{0}, phi_start{0}, phi_step{0}, mosaic_spread{0};
};

// h = a·q with a = M a₀: ∂h/∂a₀ = Mᵀq, and a turn τ of the lattice changes h by τ·(a × q).
template <class Lattice, class T, class Cell>
void add_orientation(OrientationSums<T>& out, const GradientConstants& in, std::size_t index,
                     Cell& cell_of, const Vec3<T>& q, const T& seed) {
  using std::round;
  const Axes<double>& axes = in.plan->crystal.lattices[index];
  const plan::TurnTangent& turn = in.tangents->turns[index];
  const auto along = [](const Vec3<double>& u, const Vec3<T>& v) {
    return u.x * v.x + u.y * v.y + u.z * v.z;
  };
  const Vec3<T> hkl{along(axes.a, q), along(axes.b, q), along(axes.c, q)};
  const Vec3<T> nearest{round(hkl.x), round(hkl.y), round(hkl.z)};
  const Vec3<T> offset = hkl - nearest;
  const auto lattice = Lattice::slopes(offset, in.lattice_size);
  const auto cell = cell_of.squared(hkl, nearest);
  const T squared = lattice.value * lattice.value;
  out.sum = out.sum + cell.value * squared;
  if constexpr (Cell::kCollects) cell_of.collect(hkl, nearest, seed * squared);

  const T twice = T(2) * cell.value * lattice.value;
  Vec3<T> by_hkl = twice * lattice.by_offset;
  if constexpr (Cell::kHasSlopes) by_hkl = by_hkl + squared * cell.by_hkl;
  const Vec3<T> by_q{axes.a.x * by_hkl.x + axes.b.x * by_hkl.y + axes.c.x * by_hkl.z,
                     axes.a.y * by_hkl.x + axes.b.y * by_hkl.y + axes.c.y * by_hkl.z,
                     axes.a.z * by_hkl.x + axes.b.z * by_hkl.y + axes.c.z * by_hkl.z};
  out.q = out.q + by_q;
  const auto& m = turn.rotation.row;
  const Vec3<T> turned{m[0].x * q.x + m[1].x * q.y + m[2].x * q.z,
                       m[0].y * q.x + m[1].y * q.y + m[2].y * q.z,
                       m[0].z * q.x + m[1].z * q.y + m[2].z * q.z};
  add_scaled(out.axes.a, by_hkl.x, turned);
  add_scaled(out.axes.b, by_hkl.y, turned);
  add_scaled(out.axes.c, by_hkl.z, turned);
  const Vec3<T> torque = cross(by_q, q);
  const T by_phi = along(turn.spindle, torque);
  out.phi_start = out.phi_start + by_phi;
  out.phi_step = out.phi_step + turn.step * by_phi;
  out.mosaic_spread = out.mosaic_spread + along(turn.mosaic, torque);
  add_scaled(out.cells, twice, lattice.by_cells);
  out.fudge = out.fudge + twice * lattice.by_fudge;
  if constexpr (Lattice::kUsesReciprocal) {
    const Vec3<T> by_radius = twice * lattice.by_radius;
    add_scaled(out.reciprocal.a, offset.x, by_radius);
    add_scaled(out.reciprocal.b, offset.y, by_radius);
    add_scaled(out.reciprocal.c, offset.z, by_radius);
  }
}

// Cell is how |F|² is found: squared(hkl, nearest) gives `value` and, where it is interpolated,
// `by_hkl`; collect(…) takes the photons for one unit of |F|², of which a unit of the sum makes
// `seed`, where somebody wants them.
template <class Lattice, class T, class Cell>
OrientationSums<T> over_orientations(const GradientConstants& in, Cell& cell, const Vec3<T>& q,
                                     const T& seed) {
  OrientationSums<T> out;
  const std::size_t count = in.plan->crystal.lattices.size();
  for (std::size_t i = 0; i < count; ++i) {
    add_orientation<Lattice>(out, in, i, cell, q, seed);
  }
  return out;
}

}  // namespace nanobragg::kernel
