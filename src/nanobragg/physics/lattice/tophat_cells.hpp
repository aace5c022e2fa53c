// Spots of constant height, as wide along each axis as its number of cells makes them.
#pragma once

#include <cmath>

#include "nanobragg/base/select.hpp"
#include "nanobragg/physics/lattice/lattice_point.hpp"
#include "nanobragg/physics/lattice/tophat.hpp"

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

  class Mixed : public TophatMixed<CellsRadius> {
   public:
    explicit Mixed(const LatticeSize<double>& crystal)
        : TophatMixed({crystal, std::sqrt(crystal.fudge / kEdge)}, peak_of(crystal)) {}
  };

  static constexpr bool kUsesFudge = false;
  static constexpr bool kUsesReciprocal = false;
  template <class T>
  static constexpr LatticeSlopes<T> slopes(const Vec3<T>& offset,
                                           const LatticeSize<double>& crystal) {
    return tophat_slopes(amplitude(offset, crystal), crystal);
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
