// Gaussian spots: the lattice transform without fringes.
#pragma once

#include <cmath>

#include "nanobragg/physics/lattice/lattice_point.hpp"

namespace nanobragg::physics {

// Na·Nb·Nc·exp(−fudge·r²/0.63), r² of scaled_radius_squared; 0.63 is the reference's width, chosen
// so that volume and full width at half maximum come near those of the square shape.
struct GaussLattice {
  static constexpr double kWidth = 0.63;

  template <class T, class S>
  static T amplitude(const Vec3<T>& offset, const LatticeSize<S>& crystal) {
    using std::exp;
    const auto& [na, nb, nc] = crystal.cells;
    return na * nb * nc *
           exp(-(scaled_radius_squared(offset, crystal) / T(kWidth) * crystal.fudge));
  }
};

}  // namespace nanobragg::physics
