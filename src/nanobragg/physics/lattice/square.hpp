// The lattice transform of a parallelepiped.
#pragma once

#include <cmath>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/physics/lattice/lattice_point.hpp"

namespace nanobragg::physics {

// sin(Nx)/sin(x), N at x = 0: the sum of N waves with phase step 2x. Of order 1e-15·N relative near
// its maxima if x is first reduced to [−π/2, π/2].
template <class T>
T grating(const T& x, const T& n) {
  using std::sin;
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
};

}  // namespace nanobragg::physics
