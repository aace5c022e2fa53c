// The sum over spindle steps and mosaic domains for one scattering vector, differentiated: the
// inner loop of every gradient.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <type_traits>

#include "nanobragg/kernel/arithmetic.hpp"
#include "nanobragg/kernel/gradient_constants.hpp"
#include "nanobragg/kernel/light.hpp"
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
// Adds u.x·v to a, u.y·v to b, u.z·v to c.
template <class T>
void add_outer(Axes<T>& to, const Vec3<T>& u, const Vec3<T>& v) {
  add_scaled(to.a, u.x, v);
  add_scaled(to.b, u.y, v);
  add_scaled(to.c, u.z, v);
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

// Σ F_cell²·F_lattice², with its derivatives; lengths in Å. What a shape does not use is not set.
template <class T>
struct OrientationSums {
  T sum;
  Vec3<T> q;
  Axes<T> by_hkl;  // ∂/∂h·(h, k, l), ∂/∂k·(h, k, l), ∂/∂l·(h, k, l)
  Axes<T> reciprocal;
  Vec3<T> cells;
  T fudge, phi_start, phi_step, mosaic_spread;
};

// Calls f with every member of each of the sums that the shape uses.
template <class Lattice, class F, class... Sums>
void for_each_sum(F f, Sums&... sums) {
  const auto vector = [&](auto&... u) { f(u.x...), f(u.y...), f(u.z...); };
  const auto axes = [&](auto&... u) { vector(u.a...), vector(u.b...), vector(u.c...); };
  f(sums.sum...);
  vector(sums.q...), axes(sums.by_hkl...), vector(sums.cells...);
  if constexpr (Lattice::kUsesReciprocal) axes(sums.reciprocal...);
  if constexpr (Lattice::kUsesFudge) f(sums.fudge...);
  f(sums.phi_start...), f(sums.phi_step...), f(sums.mosaic_spread...);
}

template <class A>
Vec3<typename A::Narrow> narrowed(const Vec3<typename A::Wide>& v) {
  return {A::narrow(v.x), A::narrow(v.y), A::narrow(v.z)};
}

// The lattice transform with its derivatives in narrow numbers: computed in wide ones, and rounded.
template <class Lattice, class A, class = void>
class NarrowLattice {
 public:
  explicit NarrowLattice(const physics::LatticeSize<double>& size) : size_(size) {}

  physics::LatticeSlopes<typename A::Narrow> at(const Vec3<typename A::Wide>& offset) const {
    const auto slopes = Lattice::slopes(offset, size_);
    return {A::narrow(slopes.value), narrowed<A>(slopes.by_offset), narrowed<A>(slopes.by_cells),
            A::narrow(slopes.by_fudge), narrowed<A>(slopes.by_radius)};
  }

 private:
  const physics::LatticeSize<double> size_;
};
// Where the shape has a text for single precision, arguments alone are computed in wide numbers.
template <class Lattice, class A>
class NarrowLattice<Lattice, A,
                    std::enable_if_t<A::kIsMixed, std::void_t<typename Lattice::SinglePrecision>>> {
 public:
  explicit NarrowLattice(const physics::LatticeSize<double>& size) : size_(size), axes_(size) {}

  physics::LatticeSlopes<typename A::Narrow> at(const Vec3<typename A::Wide>& offset) const {
    const auto moved = Lattice::displaced_from_zero(offset, Sine::smallest_offset);
    const typename Lattice::template Phases<typename A::Narrow> phases{
        narrowed<A>(Lattice::phases(moved, size_).reduced), narrowed<A>(moved)};
    return Lattice::slopes_at(phases, axes_);
  }

 private:
  using Sine = typename Lattice::SinglePrecision;
  const physics::LatticeSize<double> size_;
  const typename Lattice::template AxesOfCells<Sine, float> axes_;
};

// The scattering vector (Å⁻¹), and how much a unit of the sum makes of the photons.
template <class A>
struct OrientationInput {
  Vec3<typename A::Wide> q;
  typename A::Wide seed;
};

// How much the sum changes with the Miller indices of one orientation, and the indices.
template <class T>
struct IndexSlopes {
  Vec3<T> by_hkl, hkl;
};

// Adds what does not depend on how the lattice moves with the orientation.
template <class Lattice, class A, class Cell>
IndexSlopes<typename A::Narrow> add_intensity(OrientationSums<typename A::Narrow>& out,
                                              const Axes<double>& axes,
                                              const NarrowLattice<Lattice, A>& shape, Cell& cell_of,
                                              const OrientationInput<A>& input) {
  using std::round;
  using T = typename A::Narrow;
  const Vec3<typename A::Wide> hkl{along(axes.a, input.q), along(axes.b, input.q),
                                   along(axes.c, input.q)};
  const Vec3<typename A::Wide> nearest{round(hkl.x), round(hkl.y), round(hkl.z)};
  const Vec3<typename A::Wide> offset = hkl - nearest;
  const auto lattice = shape.at(offset);
  const auto cell = cell_of.squared(hkl, nearest);
  const T squared = lattice.value * lattice.value;
  out.sum = out.sum + cell.value * squared;
  if constexpr (Cell::kCollects) cell_of.collect(hkl, nearest, input.seed * A::widen(squared));

  const T twice = T(2) * cell.value * lattice.value;
  add_scaled(out.cells, twice, lattice.by_cells);
  if constexpr (Lattice::kUsesFudge) out.fudge = out.fudge + twice * lattice.by_fudge;
  if constexpr (Lattice::kUsesReciprocal) {
    add_outer(out.reciprocal, narrowed<A>(offset), twice * lattice.by_radius);
  }
  IndexSlopes<T> slopes{twice * lattice.by_offset, narrowed<A>(hkl)};
  if constexpr (Cell::kHasSlopes) add_scaled(slopes.by_hkl, squared, cell.by_hkl);
  return slopes;
}

// h = a·q with a = M a₀. By a₀ it changes by Mᵀq, which is h a₀* + k b₀* + l c₀*, and a turn τ of
// the lattice changes it by τ·(a × q).
template <class T, class S>
void add_movement(OrientationSums<T>& out, const IndexSlopes<T>& slopes,
                  const OrientationConstants<S>& at, const Vec3<T>& q, const Vec3<T>& q_by_spindle,
                  bool is_mosaic) {
  const Vec3<T> by_q = transposed(at.axes.a, at.axes.b, at.axes.c, slopes.by_hkl);
  out.q = out.q + by_q;
  add_outer(out.by_hkl, slopes.by_hkl, slopes.hkl);
  T by_phi = dot(by_q, q_by_spindle);
  if (is_mosaic) {
    const Vec3<T> torque = cross(by_q, q);
    by_phi = along(at.spindle, torque);
    out.mosaic_spread = out.mosaic_spread + along(at.mosaic, torque);
  }
  out.phi_start = out.phi_start + by_phi;
  out.phi_step = out.phi_step + T(at.step) * by_phi;
}

// Of the orientations that are lit, at least one. Cell is how |F|² is found: squared(hkl, nearest)
// gives `value` and, where it is interpolated, `by_hkl`; collect(…) takes the photons for one unit
// of |F|² where somebody wants them. Narrow sums stay short; blocks of them are added up in wide
// numbers.
template <class Lattice, class A, class Cell>
NANOBRAGG_WHOLE OrientationSums<typename A::Wide> over_orientations(
    const GradientConstants& in, Cell& cell, const OrientationInput<A>& input,
    const LitSource& lit) {
  constexpr std::size_t kBlock = 16;
  using T = typename A::Narrow;
  const NarrowLattice<Lattice, A> shape(in.lattice_size);
  const auto& constants = in.orientations.as<typename A::Scalar>();
  const Vec3<T> q = narrowed<A>(input.q);
  const Vec3<T> q_by_spindle = cross(q, widened<T>(constants[0].spindle));
  OrientationSums<typename A::Wide> out;
  for (std::size_t from = 0; from < lit.count; from += kBlock) {
    const std::size_t to = from + kBlock < lit.count ? from + kBlock : lit.count;
    OrientationSums<T> block;
    for_each_sum<Lattice>([](T& sum) { sum = T(0); }, block);
    for (std::size_t n = from; n < to; ++n) {
      const std::uint32_t i = lit.orientations[n];
      const auto slopes = add_intensity(block, in.orientations.full[i].axes, shape, cell, input);
      add_movement(block, slopes, constants[i], q, q_by_spindle, in.is_mosaic);
    }
    if (from == 0) {
      for_each_sum<Lattice>([](auto& wide, const T& sum) { wide = A::widen(sum); }, out, block);
    } else {
      for_each_sum<Lattice>([](auto& wide, const T& sum) { wide = wide + A::widen(sum); }, out,
                            block);
    }
  }
  return out;
}

}  // namespace nanobragg::kernel
