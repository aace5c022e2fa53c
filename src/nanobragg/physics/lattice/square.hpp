// The lattice transform of a parallelepiped.
#pragma once

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/select.hpp"
#include "nanobragg/physics/lattice/lattice_point.hpp"
#include "nanobragg/physics/sin_pi.hpp"

namespace nanobragg::physics {

// sin(Nx)/sin(x), N at x = 0: the sum of N waves with phase step 2x. Of order 1e-15·N relative near
// its maxima if x is first reduced to [−π/2, π/2]. Of a number that carries derivatives, which
// would cancel, the power series is taken below n|x| = 1e-3.
template <class T>
T grating(const T& x, const T& n) {
  using std::abs;
  using std::sin;
  if constexpr (!std::is_floating_point_v<T>) {
    if (abs(x * n) < T(1e-3)) {
      const T u = x * x;
      const T n2 = n * n;
      return n *
             (T(1) - (n2 - T(1)) * u / T(6) + (n2 - T(1)) * (T(3) * n2 - T(7)) * u * u / T(360));
    }
  }
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
    static constexpr double series_end = 0.05;
    template <class T>
    static T sin_pi_over_x(const T& x) {
      return sin_pi_over_x_single(x);
    }
    template <class T>
    static T cos_pi(const T& x) {
      return cos_pi_single(x);
    }
  };
  struct DoublePrecision {
    static constexpr double smallest_offset = 1e-90;
    static constexpr double smallest_denominator = 1e-269;
    static constexpr double series_end = 1e-3;
    template <class T>
    static T sin_pi_over_x(const T& x) {
      return sin_pi_over_x_double(x);
    }
    template <class T>
    static T cos_pi(const T& x) {
      return cos_pi_double(x);
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
    using std::round;
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

  // What derivatives along an axis need of its number of cells, in numbers S.
  template <class Sine, class S>
  struct AxisOfCells {
    explicit AxisOfCells(double n)
        : cells(static_cast<S>(n)),
          series_end(static_cast<S>(Sine::series_end / n)),
          first(static_cast<S>(-constants::kPi * constants::kPi / 3 * n * (n * n - 1))),
          second(static_cast<S>(-(3 * n * n - 7) * constants::kPi * constants::kPi / 30)) {}
    S cells;
    S series_end, first, second;  // first·Δ·(1 + second·Δ²) up to |Δ| = series_end
  };

  // Derivatives along one axis: with s = sin(πΔ) the factor f = sin(πNΔ)/s has
  //   ∂f/∂Δ = π(N cos(πNΔ) − f cos(πΔ))/s,   ∂f/∂N = πΔ cos(πNΔ)/s.
  // Where the former would cancel, below N|Δ| = `series_end`, it is taken from the series
  // −N(N²−1)π²Δ/3·(1 − (3N²−7)(πΔ)²/30). Within 1e-10 (double) and 1e-5 (single precision) of
  // itself, and within 1e-6 of its largest value.
  template <class T>
  struct AxisSlopes {
    T value, by_offset, by_cells;
  };
  template <class Sine, class T, class S>
  static AxisSlopes<T> slopes_along(const T& delta, const T& rest, const T& inverse_sine,
                                    const AxisOfCells<Sine, S>& axis) {
    using std::abs;
    if (axis.cells <= S(1)) return {T(1), T(0), T(0)};
    const T scaled_inverse = T(constants::kPi) * inverse_sine;
    const T cosine_n = Sine::cos_pi(rest);
    const T value = rest * Sine::sin_pi_over_x(rest) * inverse_sine;
    const T series = T(axis.first) * delta * (T(axis.second) * (delta * delta) + T(1));
    const T slope = (T(axis.cells) * cosine_n - value * Sine::cos_pi(delta)) * scaled_inverse;
    return {value, select(abs(delta) < T(axis.series_end), series, slope),
            delta * cosine_n * scaled_inverse};
  }

  // The amplitude with its derivatives, of offsets that are away from zero. Its sign, which does
  // not show in an intensity, is left out of all of them.
  static constexpr bool kUsesFudge = false;
  static constexpr bool kUsesReciprocal = false;
  template <class Sine, class S>
  struct AxesOfCells {
    explicit AxesOfCells(const LatticeSize<double>& crystal)
        : a(crystal.cells[0]), b(crystal.cells[1]), c(crystal.cells[2]) {}
    AxisOfCells<Sine, S> a, b, c;
  };
  template <class Sine, class T, class S>
  static LatticeSlopes<T> slopes_at(const Phases<T>& p, const AxesOfCells<Sine, S>& axes) {
    const auto sine = [](const T& x) { return x * Sine::sin_pi_over_x(x); };
    const Vec3<T> s{sine(p.offset.x), sine(p.offset.y), sine(p.offset.z)};
    const T yz = s.y * s.z;
    const T inverse = T(1) / (s.x * yz);
    const T inverse_x = inverse * s.x;
    const auto x = slopes_along<Sine>(p.offset.x, p.reduced.x, T(inverse * yz), axes.a);
    const auto y = slopes_along<Sine>(p.offset.y, p.reduced.y, T(inverse_x * s.z), axes.b);
    const auto z = slopes_along<Sine>(p.offset.z, p.reduced.z, T(inverse_x * s.y), axes.c);
    const T others_x = y.value * z.value;
    const T others_y = z.value * x.value;
    const T others_z = x.value * y.value;
    return {x.value * others_x,
            {x.by_offset * others_x, y.by_offset * others_y, z.by_offset * others_z},
            {x.by_cells * others_x, y.by_cells * others_y, z.by_cells * others_z},
            T(0),
            {T(0), T(0), T(0)}};
  }
  // Offsets no nearer to zero than that; at zero the derivatives by them are as small.
  template <class T>
  static Vec3<T> displaced_from_zero(const Vec3<T>& offset, double smallest_offset) {
    using std::abs;
    const auto moved = [&](const T& delta) {
      return select(abs(delta) < T(smallest_offset), T(smallest_offset), delta);
    };
    return {moved(offset.x), moved(offset.y), moved(offset.z)};
  }
  template <class T>
  static LatticeSlopes<T> slopes(const Vec3<T>& offset, const LatticeSize<double>& crystal) {
    const Vec3<T> moved = displaced_from_zero(offset, DoublePrecision::smallest_offset);
    return slopes_at(phases(moved, crystal), AxesOfCells<DoublePrecision, double>(crystal));
  }
};

}  // namespace nanobragg::physics
