// The lattice transform of an ellipsoid.
#pragma once

#include <cmath>
#include <type_traits>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/select.hpp"
#include "nanobragg/physics/lattice/lattice_point.hpp"
#include "nanobragg/physics/sin_pi.hpp"

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
T sphere_transform(const T& x, const T& sine, const T& cosine) {
  return select(x == T(0), T(1), T(T(3.0) * (sine / x - cosine) / (x * x)));
}
template <class T>
T sphere_transform(const T& x) {
  using std::cos;
  using std::sin;
  if constexpr (std::is_same_v<T, float>) {
    if (x < 1.0F) return sphere_transform_near_zero(x);
  }
  return sphere_transform(x, T(sin(x)), T(cos(x)));
}

// The same at πz for vectors of numbers, but for its sign: sin πz and cos πz from z less
// the nearest whole number, whose parity is the sign of both. As accurate as above.
template <class T>
T signless_sphere_transform(const T& z) {
  using std::round;
  const T y = z - round(z);
  return sphere_transform(T(T(constants::kPi) * z), T(y * sin_pi_over_x_double(y)),
                          cos_pi_double(y));
}

// The sphere's transform S and S′(x)/x at x = πz, but for the sign of both (above). The latter is
// smooth through 0: 3(sin x/x − S)/x², by its series −1/5 + x²/70 − … below x = 0.3, where it is
// within 2e-11.
template <class T>
struct SphereSlopes {
  T value, slope_by_x;
};
template <class T>
SphereSlopes<T> signless_sphere_slopes(const T& z) {
  using std::round;
  const T x = T(constants::kPi) * z;
  const T u = x * x;
  T near = T(1.0 / 166320.0);
  near = near * u + T(-1.0 / 2520.0);
  near = near * u + T(1.0 / 70.0);
  near = near * u + T(-1.0 / 5.0);
  const auto is_near = x < T(0.3);
  const T far = select(is_near, T(1), x);
  const T y = z - round(z);
  const T inverse = T(1) / far;
  const T three_by_square = T(3) * inverse * inverse;
  const T sinc = y * sin_pi_over_x_double(y) * inverse;
  const T value = three_by_square * (sinc - cos_pi_double(y));
  return {select(is_near, sphere_transform_near_zero(x), value),
          select(is_near, near, T(three_by_square * (sinc - value)))};
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
    const T height = na * nb * nc * T(kVolumeCorrection);
    const T root = sqrt(rho * crystal.fudge);
    if constexpr (std::is_same_v<T, S>)
      return height * sphere_transform(T(T(constants::kPi) * root));
    else
      return height * signless_sphere_transform(root);
  }

  static constexpr bool kUsesFudge = true;
  static constexpr bool kUsesReciprocal = false;
  template <class T>
  static LatticeSlopes<T> slopes(const Vec3<T>& offset, const LatticeSize<double>& crystal) {
    using std::sqrt;
    const auto& [na, nb, nc] = crystal.cells;
    const auto squared = [](const T& x, double n) { return x * x * (n * n); };
    const T rho = squared(offset.x, na) + squared(offset.y, nb) + squared(offset.z, nc);
    const auto [transform, slope_by_x] = signless_sphere_slopes(T(sqrt(rho * crystal.fudge)));
    const T height(na * nb * nc * kVolumeCorrection);
    const T value = height * transform;
    // By ρ: S′·dx/dρ = S′/x·π²·fudge/2.
    constexpr double kHalfPiSquared = constants::kPi * constants::kPi / 2;
    const T by_rho = height * slope_by_x * (kHalfPiSquared * crystal.fudge);
    const auto by_offset = [&](const T& delta, double n) { return by_rho * delta * (2 * n * n); };
    const auto by_cells = [&](const T& delta, double n) {
      return value / n + by_rho * delta * delta * (2 * n);
    };
    return {value,
            {by_offset(offset.x, na), by_offset(offset.y, nb), by_offset(offset.z, nc)},
            {by_cells(offset.x, na), by_cells(offset.y, nb), by_cells(offset.z, nc)},
            height * slope_by_x * rho * kHalfPiSquared,
            {T(0), T(0), T(0)}};
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
