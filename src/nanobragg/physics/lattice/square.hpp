// The lattice transform of a parallelepiped.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
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
constexpr T grating(const T& x, const T& n) {
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
  static constexpr Vec3<T> along_axes(const Vec3<T>& offset, const LatticeSize<T>& crystal) {
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
  static constexpr Vec3<T> signs_at(const Vec3<T>& nearest, const LatticeSize<T>& crystal) {
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
  static constexpr T amplitude(const Vec3<T>& offset, const LatticeSize<T>& crystal) {
    const Vec3<T> along = along_axes(offset, crystal);
    return along.x * along.y * along.z;
  }

  // See spot_radius(): |sin(πNΔ)/sin(πΔ)| ≤ N and ≤ 1/(2|Δ|), so that beyond |Δh| = Nb·Nc/(2
  // smallest) the product is small; the same along the other axes.
  static constexpr double spot_radius(double smallest, const LatticeSize<double>& crystal) {
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
  // Two kinds of sin(πx)/x; and, from u = x², of sin(π√u)/√u and cos(π√u) in units in which they
  // are quicker. A denominator of less than `smallest_denominator` says that some |Δ| may be less
  // than `smallest_offset`, which is so small that it does not show in the factor N (it changes it
  // by (π·N·smallest_offset)²/6), and so large that the product of three, 31 times its cube, is
  // above `smallest_denominator`.
  struct SinglePrecision {
    static constexpr double smallest_offset = 1e-9;
    static constexpr double smallest_denominator = 1e-26;
    static constexpr double series_end = 0.05;
    static constexpr double sine_unit = SinPiSingle::c4;
    static constexpr double cosine_unit = CosPiSingle::c4;
    template <class T>
    static constexpr T sin_pi_over_x(const T& x) {
      return sin_pi_over_x_single(x);
    }
    template <class T>
    static constexpr T sine_over_root(const T& u) {
      return sin_pi_over_x_single_monic(u);
    }
    template <class T>
    static constexpr T cosine_of_root(const T& u) {
      return cos_pi_single_monic(u);
    }
  };
  struct DoublePrecision {
    static constexpr double smallest_offset = 1e-90;
    static constexpr double smallest_denominator = 1e-269;
    static constexpr double series_end = 1e-3;
    static constexpr double sine_unit = 1.0;
    static constexpr double cosine_unit = 1.0;
    template <class T>
    static constexpr T sin_pi_over_x(const T& x) {
      return sin_pi_over_x_double(x);
    }
    template <class T>
    static constexpr T sine_over_root(const T& u) {
      return sin_pi_over_root_double(u);
    }
    template <class T>
    static constexpr T cosine_of_root(const T& u) {
      return cos_pi_root_double(u);
    }
  };

  // An axis of one cell or less contributes 1, as one of exactly one cell does by itself.
  template <class S>
  static constexpr LatticeSize<S> at_least_one_cell(LatticeSize<S> crystal) {
    for (S& n : crystal.cells) n = n > S(1) ? n : S(1);
    return crystal;
  }

  template <class T>
  static constexpr Phases<T> phases(const Vec3<T>& offset, const LatticeSize<double>& crystal) {
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
  static constexpr Vec3<T> away_from_zero(const Vec3<T>& offset, double smallest_offset) {
    const auto magnitude = [&](const T& delta) { return max(abs(delta), T(smallest_offset)); };
    return {magnitude(offset.x), magnitude(offset.y), magnitude(offset.z)};
  }
  // The amplitude as a fraction, so that one division makes it.
  template <class Sine, class T>
  static constexpr Quotient<T> quotient(const Phases<T>& p) {
    const auto product = [](const Vec3<T>& v) {
      return (v.x * Sine::sin_pi_over_x(v.x)) * (v.y * Sine::sin_pi_over_x(v.y)) *
             (v.z * Sine::sin_pi_over_x(v.z));
    };
    return {product(p.reduced), product(p.offset)};
  }

  static constexpr bool kUsesFudge = false;
  static constexpr bool kUsesReciprocal = false;

  // What derivatives along an axis need of its number of cells, in numbers S. An axis of one cell
  // or less has none: its series is 0, and everywhere.
  template <class Sine, class S>
  struct AxisOfCells {
    explicit AxisOfCells(double n) : cells(static_cast<S>(n > 1 ? n : 1)) {
      using constants::kPi;
      if (!(n > 1)) return;
      const double c1 = -kPi * kPi / 3 * n * (n * n - 1) / Sine::cosine_unit;
      const double c2 = -(3 * n * n - 2) * kPi * kPi / 30;
      constexpr double kLargest = std::numeric_limits<S>::max();
      first = static_cast<S>(std::fmax(c1, -kLargest));
      second = static_cast<S>(std::fmin(c1 * c2, kLargest));
      series_end_squared = static_cast<S>(Sine::series_end * Sine::series_end / (n * n));
      by_cells = 1 / n;
    }
    S cells;
    S first{}, second{};  // first·Δ² + second·Δ⁴ up to Δ² = series_end_squared
    S series_end_squared = std::numeric_limits<S>::infinity();
    double by_cells = 0.0;
  };
  template <class Sine, class S>
  struct AxesOfCells {
    explicit AxesOfCells(const LatticeSize<double>& crystal)
        : a(crystal.cells[0]), b(crystal.cells[1]), c(crystal.cells[2]) {}

    SlopeUnits units() const {
      constexpr double unit = 2.0 * constants::kPi * Sine::cosine_unit / Sine::sine_unit;
      return {unit, {unit * a.by_cells, unit * b.by_cells, unit * c.by_cells}};
    }
    AxisOfCells<Sine, S> a, b, c;
  };

  // weight·F_lattice², with what find_slopes() needs.
  template <class T>
  struct AlongAxis {
    T offset, offset_square;  // Δ, Δ²
    T rest_square;            // of NΔ less the nearest integer
    T factor;                 // of this axis
    T weight;                 // weight·F_lattice times the other two factors, over sin(πΔ)
  };
  template <class T>
  struct Intensity {
    T squared, value;  // F_lattice², weight·F_lattice²
    AlongAxis<T> a, b, c;
  };
  template <class Sine, class T, class S>
  static constexpr Intensity<T> intensity(const Phases<T>& p, const T& weight,
                                          const AxesOfCells<Sine, S>& axes) {
    const auto squares = [](const Vec3<T>& x) { return Vec3<T>{x.x * x.x, x.y * x.y, x.z * x.z}; };
    const Vec3<T> u = squares(p.offset);
    const Vec3<T> v = squares(p.reduced);
    Vec3<T> offset = p.offset;
    Vec3<T> rest = p.reduced;
    const T least(Sine::smallest_offset * Sine::smallest_offset);
    if (!is_nowhere(!(u.x >= least && u.y >= least && u.z >= least))) {
      keep_from_zero(u.x, axes.a, offset.x, rest.x);
      keep_from_zero(u.y, axes.b, offset.y, rest.y);
      keep_from_zero(u.z, axes.c, offset.z, rest.z);
    }
    const auto sines = [](const Vec3<T>& x, const Vec3<T>& square) {
      return Vec3<T>{x.x * Sine::sine_over_root(square.x), x.y * Sine::sine_over_root(square.y),
                     x.z * Sine::sine_over_root(square.z)};
    };
    const Vec3<T> s = sines(offset, u);
    const T s_yz = s.y * s.z;
    const T inverse = T(1) / (s.x * s_yz);
    const Vec3<T> n = sines(rest, v);
    const T inverse_yz = inverse * s.x;
    const Vec3<T> others{n.y * n.z * inverse, n.z * n.x * inverse, n.x * n.y * inverse};
    const T amplitude = n.x * others.x;
    const T weighted = weight * amplitude;
    return {amplitude * amplitude,
            weighted * amplitude,
            {offset.x, u.x, v.x, n.x * (inverse * s_yz), weighted * others.x},
            {offset.y, u.y, v.y, n.y * (inverse_yz * s.z), weighted * others.y},
            {offset.z, u.z, v.z, n.z * (inverse_yz * s.y), weighted * others.z}};
  }

  // Its derivatives. With s = sin(πΔ) the factor f = sin(πNΔ)/s of an axis has
  //   ∂f/∂Δ = π(N cos(πNΔ) − f cos(πΔ))/s,   ∂f/∂N = πΔ cos(πNΔ)/s.
  // Where the bracket would cancel, below N|Δ| = `series_end`, it is taken from its series
  // −N(N²−1)(πΔ)²/3·(1 − (3N²−2)(πΔ)²/30). Within 1e-10 (double) and 1e-5 (single precision) of
  // itself, and within 1e-6 of its largest value. The sign of the amplitude drops out.
  template <class Sine, class T, class S>
  static constexpr void find_slopes(const Intensity<T>& i, const AxesOfCells<Sine, S>& axes,
                                    IntensitySlopes<T>& to) {
    const auto along = [](const AlongAxis<T>& at, const AxisOfCells<Sine, S>& axis, T& by_offset,
                          T& by_cells) {
      const T& u = at.offset_square;
      const T series = u * (T(axis.second) * u + T(axis.first));
      const T cosine_n = T(axis.cells) * Sine::cosine_of_root(at.rest_square);
      const T bracket = cosine_n - at.factor * Sine::cosine_of_root(u);
      by_offset = at.weight * select(u < T(axis.series_end_squared), series, bracket);
      by_cells = at.weight * at.offset * cosine_n;
    };
    along(i.a, axes.a, to.by_offset.x, to.by_cells.x);
    along(i.b, axes.b, to.by_offset.y, to.by_cells.y);
    along(i.c, axes.c, to.by_offset.z, to.by_cells.z);
  }

 private:
  // Moves an offset that is nearer to zero to smallest_offset, where the derivatives by it are as
  // small.
  template <class Sine, class T, class S>
  static constexpr void keep_from_zero(const T& square, const AxisOfCells<Sine, S>& axis, T& offset,
                                       T& rest) {
    constexpr auto least = static_cast<S>(Sine::smallest_offset);
    const auto is_near = square < T(least * least);
    offset = select(is_near, T(least), offset);
    rest = select(is_near, T(axis.cells * least), rest);
  }
};

}  // namespace nanobragg::physics
