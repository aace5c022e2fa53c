// Gaussian spots: the lattice transform without fringes.
#pragma once

#include <cmath>
#include <numbers>

#include "nanobragg/base/select.hpp"
#include "nanobragg/physics/exp2.hpp"
#include "nanobragg/physics/lattice/lattice_point.hpp"

namespace nanobragg::physics {

// F_lattice² of a Gaussian spot of offsets in double precision, the rest in single: 2⁻ˣ·peak², x
// the squared radius. Within 6e-8·x of itself; 0 from x = kDark on.
template <class Radius>
class GaussMixed {
 public:
  GaussMixed(const Radius& radius, double peak) : radius_(radius), scale_(peak * peak) {}

  template <class T>
  struct Reduced {
    T exponent;

    template <class F>
    constexpr auto map(const F& f) const {
      return Reduced<decltype(f(exponent))>{f(exponent)};
    }
  };
  template <class T>
  constexpr T squared_radius(const Vec3<T>& offset) const {
    return radius_.squared(offset);
  }
  template <class T>
  static constexpr Reduced<T> reduced(const T& squared_radius) {
    return {squared_radius};
  }
  template <class T>
  static constexpr auto is_lit(const Reduced<T>& r) {
    return r.exponent < T(kDark);
  }
  // To be multiplied by scale().
  template <class T>
  static constexpr T squared(const Reduced<T>& r) {
    return select(is_lit(r), exp2_of_minus(r.exponent), T(0));
  }
  double scale() const { return scale_; }

 private:
  static constexpr double kDark = 125.0;
  Radius radius_;
  double scale_;
};

// Na·Nb·Nc·exp(−fudge·r²/0.63), r² of scaled_radius_squared; 0.63 is the reference's width, chosen
// so that volume and full width at half maximum come near those of the square shape.
struct GaussLattice {
  static constexpr double kWidth = 0.63;

  template <class T, class S>
  static constexpr T amplitude(const Vec3<T>& offset, const LatticeSize<S>& crystal) {
    using std::exp;
    const auto& [na, nb, nc] = crystal.cells;
    return na * nb * nc *
           exp(-(scaled_radius_squared(offset, crystal) / T(kWidth) * crystal.fudge));
  }

  class Mixed : public GaussMixed<ScaledRadius> {
   public:
    explicit Mixed(const LatticeSize<double>& crystal)
        : GaussMixed({crystal, 2.0 / std::numbers::ln2 * crystal.fudge / kWidth},
                     peak_of(crystal)) {}
  };

  static constexpr bool kUsesFudge = true;
  static constexpr bool kUsesReciprocal = true;
  template <class T>
  static constexpr LatticeSlopes<T> slopes(const Vec3<T>& offset,
                                           const LatticeSize<double>& crystal) {
    const auto& [a, b, c] = crystal.reciprocal;
    const auto& [na, nb, nc] = crystal.cells;
    const double cells = na * nb * nc;
    const Vec3<T> s{a.x * offset.x + b.x * offset.y + c.x * offset.z,
                    a.y * offset.x + b.y * offset.y + c.y * offset.z,
                    a.z * offset.x + b.z * offset.y + c.z * offset.z};
    const T value = amplitude(offset, crystal);
    const T radius_squared = dot(s, s) * (cells * cells);
    const T log_by_radius_squared = T(-crystal.fudge / kWidth);
    const Vec3<T> by_s = (T(2 * cells * cells) * log_by_radius_squared * value) * s;
    const auto along = [&](const Vec3<double>& axis) {
      return axis.x * by_s.x + axis.y * by_s.y + axis.z * by_s.z;
    };
    const T by_log_cells = value * (T(1) + T(2) * log_by_radius_squared * radius_squared);
    return {value,
            {along(a), along(b), along(c)},
            {by_log_cells / na, by_log_cells / nb, by_log_cells / nc},
            T(-1 / kWidth) * radius_squared * value,
            by_s};
  }

  // See spot_radius(): r = √(0.63 ln(N/smallest)/fudge)/N with N = Na·Nb·Nc.
  static constexpr double spot_radius(double smallest, const LatticeSize<double>& crystal) {
    const double peak = peak_of(crystal);
    if (peak <= smallest) return 0.0;
    return std::sqrt(kWidth * std::log(peak / smallest) / crystal.fudge) / peak;
  }
};

}  // namespace nanobragg::physics
