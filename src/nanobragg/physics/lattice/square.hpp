// The lattice transform of a parallelepiped.
#pragma once

#include <algorithm>
#include <cmath>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/select.hpp"
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

// sin(πNΔ)/sin(πΔ) for |Δ| ≤ ½ and N > 1, with its derivatives, up to a sign that all three share.
// Where the derivative by Δ would cancel, below N|Δ| = 1e-3, it is the series
// −N(N²−1)π²Δ/3·(1 − (3N²−7)(πΔ)²/30); relative error below 1e-10 throughout.
template <class T>
struct GratingSlopes {
  T value, by_offset, by_cells;
};
template <class T>
GratingSlopes<T> grating_slopes(const T& delta, double n) {
  using std::abs;
  using std::max;
  using std::round;
  constexpr double kSmallest = 1e-90, kSeriesEnd = 1e-3;
  const T size = max(T(abs(delta)), T(kSmallest));
  const T turns = size * n;
  const T rest = turns - round(turns);
  const T sine_by_size = sin_pi_over_x_double(size);
  const T sine = size * sine_by_size;
  const T cosine_n = cos_pi_double(rest);
  const T value = rest * sin_pi_over_x_double(rest) / sine;
  const T phase = constants::kPi * size;
  const T series = (-n * (n * n - 1) * constants::kPi / 3) * phase *
                   (T(1) - ((3 * n * n - 7) / 30) * phase * phase);
  const T slope = select(turns < T(kSeriesEnd), series,
                         T(constants::kPi * (n * cosine_n - value * cos_pi_double(size)) / sine));
  return {value, select(delta < T(0), T(-slope), slope), constants::kPi * cosine_n / sine_by_size};
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

  // The square's sign does not show in an intensity; value and derivatives leave it out alike.
  static constexpr bool kUsesReciprocal = false;
  template <class T>
  static LatticeSlopes<T> slopes(const Vec3<T>& offset, const LatticeSize<double>& crystal) {
    const auto along = [](const T& delta, double n) {
      return n > 1 ? grating_slopes(delta, n) : GratingSlopes<T>{T(1), T(0), T(0)};
    };
    const auto& [na, nb, nc] = crystal.cells;
    const GratingSlopes<T> x = along(offset.x, na);
    const GratingSlopes<T> y = along(offset.y, nb);
    const GratingSlopes<T> z = along(offset.z, nc);
    const T yz = y.value * z.value;
    const T zx = z.value * x.value;
    const T xy = x.value * y.value;
    return {x.value * yz,
            {x.by_offset * yz, y.by_offset * zx, z.by_offset * xy},
            {x.by_cells * yz, y.by_cells * zx, z.by_cells * xy},
            T(0),
            {T(0), T(0), T(0)}};
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
