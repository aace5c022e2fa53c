// Spots of constant height: the lattice transform cut off at its half width.
#pragma once

#include <cmath>

#include "nanobragg/base/select.hpp"
#include "nanobragg/physics/lattice/lattice_point.hpp"

namespace nanobragg::physics {

// Na·Nb·Nc where fudge·r² < 0.3969 (0.63²), else 0; r² of scaled_radius_squared. Height and volume
// are those of the square shape's spots, as the reference chose them.
struct TophatLattice {
  static constexpr double kEdge = 0.3969;

  template <class T, class S>
  static T amplitude(const Vec3<T>& offset, const LatticeSize<S>& crystal) {
    const auto& [na, nb, nc] = crystal.cells;
    return select(scaled_radius_squared(offset, crystal) * crystal.fudge < T(kEdge),
                  T(na * nb * nc), T(0));
  }

  // Constant but for its height: the edge has no derivative.
  static constexpr bool kUsesFudge = false;
  static constexpr bool kUsesReciprocal = false;
  template <class T>
  static LatticeSlopes<T> slopes(const Vec3<T>& offset, const LatticeSize<double>& crystal) {
    const auto& [na, nb, nc] = crystal.cells;
    const T value = amplitude(offset, crystal);
    const Vec3<T> none{T(0), T(0), T(0)};
    return {value, none, {value / na, value / nb, value / nc}, T(0), none};
  }

  // See lattice_reach(): the edge, whatever `smallest` is.
  static double reach(double smallest, const LatticeSize<double>& crystal) {
    const double peak = peak_of(crystal);
    return peak <= smallest ? 0.0 : std::sqrt(kEdge / crystal.fudge) / peak;
  }
};

}  // namespace nanobragg::physics
