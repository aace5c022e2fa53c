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

  // See lattice_reach(): r = √(0.63 ln(N/smallest)/fudge)/N with N = Na·Nb·Nc.
  static double reach(double smallest, const LatticeSize<double>& crystal) {
    const double peak = peak_of(crystal);
    if (peak <= smallest) return 0.0;
    return std::sqrt(kWidth * std::log(peak / smallest) / crystal.fudge) / peak;
  }
};

}  // namespace nanobragg::physics
