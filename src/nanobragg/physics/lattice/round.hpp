// The lattice transform of an ellipsoid.
#pragma once

#include <cmath>
#include <type_traits>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/select.hpp"
#include "nanobragg/physics/lattice/lattice_point.hpp"

namespace nanobragg::physics {

// The transform below as its power series, 1 − x²/10 + x⁴/280 − …: where single precision would be
// lost to cancellation. Within 6e-9 for |x| ≤ 1.
template <class T>
T sphere_transform_near_zero(const T& x) {
  const T u = x * x;
  T p = T(1.0 / 1330560.0);
  p = p * u + T(-1.0 / 15120.0);
  p = p * u + T(1.0 / 280.0);
  p = p * u + T(-1.0 / 10.0);
  return p * u + T(1.0);
}

// 3(sin x/x − cos x)/x², 1 at x = 0: the transform of a sphere (Rayleigh 1911; Guinier & Fournet
// 1955). Cancellation costs about 1e-16·(3/x²) relative below x = 1.
template <class T>
T sphere_transform(const T& x) {
  using std::cos;
  using std::sin;
  if constexpr (std::is_same_v<T, float>) {
    if (x < 1.0F) return sphere_transform_near_zero(x);
  }
  return select(x == T(0), T(1), T(T(3.0) * (sin(x) / x - cos(x)) / (x * x)));
}

// Na·Nb·Nc·c·S(π√(fudge·ρ)), ρ = Δh²Na² + Δk²Nb² + Δl²Nc², with the sphere's transform S and the
// constant c = 0.7236… of the reference: the square root of the volume ratio of sphere and cube, so
// that spots keep their integral.
struct RoundLattice {
  static constexpr double kVolumeCorrection = 0.723601254558268;

  template <class T, class S>
  static T amplitude(const Vec3<T>& offset, const LatticeSize<S>& crystal) {
    using std::sqrt;
    const auto& [na, nb, nc] = crystal.cells;
    const T rho = offset.x * offset.x * na * na + offset.y * offset.y * nb * nb +
                  offset.z * offset.z * nc * nc;
    return na * nb * nc * T(kVolumeCorrection) *
           sphere_transform(T(T(constants::kPi) * sqrt(rho * crystal.fudge)));
  }

  // See lattice_reach(): |sin x/x − cos x| ≤ √(1 + 1/x²), so that |S(x)| ≤ 3√2/x² for x ≥ 1; the
  // ellipsoid of x stands inside the box of its half axes.
  static double reach(double smallest, const LatticeSize<double>& crystal) {
    const double peak = kVolumeCorrection * peak_of(crystal);
    if (peak <= smallest) return 0.0;
    const double x = std::fmax(1.0, std::sqrt(3.0 * std::sqrt(2.0) * peak / smallest));
    const double cells = x / (constants::kPi * std::sqrt(crystal.fudge));
    const auto& [na, nb, nc] = crystal.cells;
    const auto& [a, b, c] = crystal.reciprocal;
    return cells * (length(a) / na + length(b) / nb + length(c) / nc);
  }
};

}  // namespace nanobragg::physics
