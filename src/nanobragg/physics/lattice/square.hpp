// The lattice transform of a parallelepiped.
#pragma once

#include <cmath>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/physics/lattice/lattice_point.hpp"

namespace nanobragg::physics {

// sin(Nx)/sin(x), N at x = 0: the sum of N waves with phase step 2x. Of order 1e-15·N relative near
// its maxima if x is first reduced to [−π/2, π/2].
template <class T>
T grating(const T& x, double n) {
  using std::sin;
  if (x == T(0)) return T(n);
  return sin(x * n) / sin(x);
}

// Π sin(πNΔ)/sin(πΔ) over the three axes; an axis of one cell or less contributes 1.
// Von Laue (1936); e.g. Warren, X-ray Diffraction (1969), eq. 3.3. Periodic in h, k, l up to sign
// for whole N; for other N the offset from the nearest index is what counts.
struct SquareLattice {
  template <class T>
  static T amplitude(const Vec3<T>& offset, const LatticeSize& crystal) {
    const auto along = [](const T& delta, double n) {
      return n > 1 ? grating(T(constants::kPi * delta), n) : T(1);
    };
    const auto& [na, nb, nc] = crystal.cells;
    return along(offset.x, na) * along(offset.y, nb) * along(offset.z, nc);
  }
};

}  // namespace nanobragg::physics
