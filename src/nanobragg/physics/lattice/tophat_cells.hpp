// Spots of constant height, as wide along each axis as its number of cells makes them.
#pragma once

#include <cmath>

#include "nanobragg/base/select.hpp"
#include "nanobragg/physics/lattice/lattice_point.hpp"

namespace nanobragg::physics {

// Na·Nb·Nc where fudge·(Δh²Na² + Δk²Nb² + Δl²Nc²) < (3/4π)^(2/3), else 0, with offsets Δ in Miller
// indices: height and integral of F_lattice² are those of the square shape's spots, for fudge 1.
struct TophatCellsLattice {
  static constexpr double kEdge = 0.3848347315591266;

  template <class T, class S>
  static constexpr T amplitude(const Vec3<T>& offset, const LatticeSize<S>& crystal) {
    const auto& [na, nb, nc] = crystal.cells;
    const Vec3<T> x{offset.x * na, offset.y * nb, offset.z * nc};
    return select(dot(x, x) * crystal.fudge < T(kEdge), T(na * nb * nc), T(0));
  }

  // F_lattice² of offsets in double precision, the rest in single: the edge is that of doubles.
  class Mixed {
   public:
    explicit Mixed(const LatticeSize<double>& crystal)
        : scale_(peak_of(crystal) * peak_of(crystal)) {
      const double by = std::sqrt(crystal.fudge / kEdge);
      const auto& [na, nb, nc] = crystal.cells;
      by_axis_ = {by * na, by * nb, by * nc};
    }

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
      const T x = offset.x * by_axis_.x;
      const T y = offset.y * by_axis_.y;
      const T z = offset.z * by_axis_.z;
      return x * x + y * y + z * z;
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
    Vec3<double> by_axis_;
    double scale_;
  };

  // Constant but for its height: the edge has no derivative.
  static constexpr bool kUsesFudge = false;
  static constexpr bool kUsesReciprocal = false;
  template <class T>
  static constexpr LatticeSlopes<T> slopes(const Vec3<T>& offset,
                                           const LatticeSize<double>& crystal) {
    const auto& [na, nb, nc] = crystal.cells;
    const T value = amplitude(offset, crystal);
    const Vec3<T> none{T(0), T(0), T(0)};
    return {value, none, {value / na, value / nb, value / nc}, T(0), none};
  }

  // See spot_radius(): the edge, whatever `smallest` is, inside the box of its half axes.
  static constexpr double spot_radius(double smallest, const LatticeSize<double>& crystal) {
    if (peak_of(crystal) <= smallest) return 0.0;
    const auto& [a, b, c] = crystal.reciprocal;
    const auto& [na, nb, nc] = crystal.cells;
    return std::sqrt(kEdge / crystal.fudge) * (length(a) / na + length(b) / nb + length(c) / nc);
  }
};

}  // namespace nanobragg::physics
