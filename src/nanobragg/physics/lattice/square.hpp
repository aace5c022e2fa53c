// The lattice transform of a parallelepiped.
#pragma once

#include <cmath>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/physics/lattice/lattice_point.hpp"
#include "nanobragg/physics/sin_pi.hpp"

namespace nanobragg::physics {

// sin(Nx)/sin(x), N at x = 0: the sum of N waves with phase step 2x. Of order 1e-15·N relative near
// its maxima if x is first reduced to [−π/2, π/2].
template <class T>
T grating(const T& x, const T& n) {
  using std::sin;
  if (x == T(0)) return n;
  return sin(x * n) / sin(x);
}

// Π sin(πNΔ)/sin(πΔ) over the three axes; an axis of one cell or less contributes 1.
// Von Laue (1936); e.g. Warren, X-ray Diffraction (1969), eq. 3.3. Periodic in h, k, l up to sign
// for whole N; for other N the offset from the nearest index is what counts.
struct SquareLattice {
  // The three factors.
  template <class T>
  static Vec3<T> along_axes(const Vec3<T>& offset, const LatticeSize<T>& crystal) {
    const auto along = [](const T& delta, const T& n) {
      return n > T(1) ? grating(T(T(constants::kPi) * delta), n) : T(1);
    };
    const auto& [na, nb, nc] = crystal.cells;
    return {along(offset.x, na), along(offset.y, nb), along(offset.z, nc)};
  }

  // By which the factors at the offsets from `nearest` differ from those at the index itself: with
  // whole numbers of cells, −1 at odd indices along an axis of an even number of cells. For other
  // numbers the offset is what counts, and there is no difference.
  template <class T>
  static Vec3<T> signs_at(const Vec3<T>& nearest, const LatticeSize<T>& crystal) {
    using std::floor;
    const auto even = [](const T& x) { return floor(x / T(2)) * T(2) == x; };
    const auto sign = [&](const T& index, const T& n) {
      return n > T(1) && even(n) && !even(index) ? T(-1) : T(1);
    };
    const auto& [na, nb, nc] = crystal.cells;
    const bool whole = na == floor(na) && nb == floor(nb) && nc == floor(nc);
    if (!whole) return {T(1), T(1), T(1)};
    return {sign(nearest.x, na), sign(nearest.y, nb), sign(nearest.z, nc)};
  }

  template <class T>
  static T amplitude(const Vec3<T>& offset, const LatticeSize<T>& crystal) {
    const Vec3<T> along = along_axes(offset, crystal);
    return along.x * along.y * along.z;
  }

  // See lattice_reach(): |sin(πNΔ)/sin(πΔ)| ≤ N and ≤ 1/(2|Δ|), so that beyond |Δh| = Nb·Nc/(2
  // smallest) the product is small; the same along the other axes.
  static double reach(double smallest, const LatticeSize<double>& crystal) {
    const auto& [a, b, c] = crystal.reciprocal;
    const double na = std::fmax(crystal.cells[0], 1.0);
    const double nb = std::fmax(crystal.cells[1], 1.0);
    const double nc = std::fmax(crystal.cells[2], 1.0);
    if (na * nb * nc <= smallest) return 0.0;
    const auto half_width = [&](double n, double others) {
      return n > 1.0 ? std::fmin(0.5, others / (2.0 * smallest)) : 0.5;
    };
    return half_width(na, nb * nc) * length(a) + half_width(nb, na * nc) * length(b) +
           half_width(nc, na * nb) * length(c);
  }

  // The same with arguments reduced, for arithmetic in which sin(πNΔ) would lose digits: NΔ is
  // taken to [−½, ½] first, in double precision. The sign that this drops does not show in an
  // intensity. Needs N ≥ 1 (see at_least_one_cell).
  template <class T>
  struct Phases {
    Vec3<T> reduced;  // NΔ less the nearest integer
    Vec3<T> offset;   // Δ
  };
  template <class T>
  struct Quotient {
    T numerator, denominator;
  };
  // Two kinds of sin(πx)/x. A denominator of less than `smallest_denominator` says that some |Δ|
  // may be less than `smallest_offset`, which is so small that it does not show in the factor N (it
  // changes it by (π·N·smallest_offset)²/6), and so large that the product of three, 31 times its
  // cube, is above `smallest_denominator`.
  struct SinglePrecision {
    static constexpr double smallest_offset = 1e-9;
    static constexpr double smallest_denominator = 1e-26;
    template <class T>
    static T sin_pi_over_x(const T& x) {
      return sin_pi_over_x_single(x);
    }
  };
  struct DoublePrecision {
    static constexpr double smallest_offset = 1e-90;
    static constexpr double smallest_denominator = 1e-269;
    template <class T>
    static T sin_pi_over_x(const T& x) {
      return sin_pi_over_x_double(x);
    }
  };

  // An axis of one cell or less contributes 1, as one of exactly one cell does by itself.
  template <class S>
  static LatticeSize<S> at_least_one_cell(LatticeSize<S> crystal) {
    for (S& n : crystal.cells) n = n > S(1) ? n : S(1);
    return crystal;
  }

  template <class T>
  static Phases<T> phases(const Vec3<T>& offset, const LatticeSize<double>& crystal) {
    const auto reduced = [](const T& delta, double n) {
      const T x = delta * n;
      return x - round(x);
    };
    const auto& [na, nb, nc] = crystal.cells;
    return {{reduced(offset.x, na), reduced(offset.y, nb), reduced(offset.z, nc)}, offset};
  }
  // Offsets no smaller than that; an amplitude is even in each.
  template <class T>
  static Vec3<T> away_from_zero(const Vec3<T>& offset, double smallest_offset) {
    const auto magnitude = [&](const T& delta) { return max(abs(delta), T(smallest_offset)); };
    return {magnitude(offset.x), magnitude(offset.y), magnitude(offset.z)};
  }
  // The amplitude as a fraction, so that one division makes it.
  template <class Sine, class T>
  static Quotient<T> quotient(const Phases<T>& p) {
    const auto product = [](const Vec3<T>& v) {
      return (v.x * Sine::sin_pi_over_x(v.x)) * (v.y * Sine::sin_pi_over_x(v.y)) *
             (v.z * Sine::sin_pi_over_x(v.z));
    };
    return {product(p.reduced), product(p.offset)};
  }
};

}  // namespace nanobragg::physics
