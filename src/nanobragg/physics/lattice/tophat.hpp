// Spots of constant height: the lattice transform cut off at its half width.
#pragma once

#include <cmath>

#include "nanobragg/base/select.hpp"
#include "nanobragg/physics/lattice/lattice_point.hpp"

namespace nanobragg::physics {

// F_lattice² of a spot of constant height up to a squared radius of 1, of offsets in double
// precision, the rest in single: the edge is that of doubles.
template <class Radius>
class TophatMixed {
 public:
  TophatMixed(const Radius& radius, double peak) : radius_(radius), scale_(peak * peak) {}

  template <class T>
  struct Reduced {
    T beyond_edge;

    template <class F>
    constexpr auto map(const F& f) const {
      return Reduced<decltype(f(beyond_edge))>{f(beyond_edge)};
    }
  };
  template <class T>
  constexpr T squared_radius(const Vec3<T>& offset) const {
    return radius_.squared(offset);
  }
  template <class T>
  static constexpr Reduced<T> reduced(const T& squared_radius) {
    return {squared_radius - T(1)};
  }
  template <class T>
  static constexpr auto is_lit(const Reduced<T>& r) {
    return r.beyond_edge < T(0);
  }
  // To be multiplied by scale().
  template <class T>
  static constexpr T squared(const Reduced<T>& r) {
    return select(is_lit(r), T(1), T(0));
  }
  double scale() const { return scale_; }

 private:
  Radius radius_;
  double scale_;
};

// The derivatives of such a spot: constant but for its height, as the edge has none.
template <class T>
constexpr LatticeSlopes<T> tophat_slopes(const T& value, const LatticeSize<double>& crystal) {
  const auto& [na, nb, nc] = crystal.cells;
  const Vec3<T> none{T(0), T(0), T(0)};
  return {value, none, {value / na, value / nb, value / nc}, T(0), none};
}

// Na·Nb·Nc where fudge·r² < 0.3969 (0.63²), else 0; r² of scaled_radius_squared. Height and volume
// are those of the square shape's spots, as the reference chose them.
struct TophatLattice {
  static constexpr double kEdge = 0.3969;

  template <class T, class S>
  static constexpr T amplitude(const Vec3<T>& offset, const LatticeSize<S>& crystal) {
    const auto& [na, nb, nc] = crystal.cells;
    return select(scaled_radius_squared(offset, crystal) * crystal.fudge < T(kEdge),
                  T(na * nb * nc), T(0));
  }

  class Mixed : public TophatMixed<ScaledRadius> {
   public:
    explicit Mixed(const LatticeSize<double>& crystal)
        : TophatMixed({crystal, crystal.fudge / kEdge}, peak_of(crystal)) {}
  };

  static constexpr bool kUsesFudge = false;
  static constexpr bool kUsesReciprocal = false;
  template <class T>
  static constexpr LatticeSlopes<T> slopes(const Vec3<T>& offset,
                                           const LatticeSize<double>& crystal) {
    return tophat_slopes(amplitude(offset, crystal), crystal);
  }

  // See spot_radius(): the edge, whatever `smallest` is.
  static constexpr double spot_radius(double smallest, const LatticeSize<double>& crystal) {
    const double peak = peak_of(crystal);
    return peak <= smallest ? 0.0 : std::sqrt(kEdge / crystal.fudge) / peak;
  }
};

}  // namespace nanobragg::physics
