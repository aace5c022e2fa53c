// How the displacement of atoms weakens intensities.
#pragma once

#include <cmath>

#include "nanobragg/base/number.hpp"
#include "nanobragg/geometry/vec3.hpp"

namespace nanobragg::physics {

// exp(−2B(sin θ/λ)²) = exp(−B|q|²/2), the Debye–Waller factor of an intensity: isotropic B in Å²,
// scattering vector q in m⁻¹, |q| = 2 sin θ/λ. Debye (1913), Ann. Phys. 348, 49; Waller (1923).
inline constexpr double kExponent = -0.5e-20;
template <class T, class S>
constexpr T displacement_factor(const S& b_factor, const Vec3<T>& q) {
  using std::exp;
  if (vanishes(b_factor)) return T(1);
  return exp(T(kExponent) * b_factor * dot(q, q));
}

template <class T>
struct DisplacementBar {
  T b_factor;
  Vec3<T> q;
};
// `value` is the factor.
template <class T>
constexpr DisplacementBar<T> displacement_factor_vjp(const T& value, const T& b_factor,
                                                     const Vec3<T>& q, const T& bar) {
  const T scaled = T(kExponent) * value * bar;
  return {scaled * dot(q, q), (T(2) * scaled * b_factor) * q};
}

}  // namespace nanobragg::physics
