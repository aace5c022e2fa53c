// The scattering vector.
#pragma once

#include "nanobragg/geometry/vec3.hpp"

namespace nanobragg::physics {

// q = (d − i)/λ in m⁻¹, for unit vectors d (diffracted) and i (incident) and wavelength λ in m.
// |q| = 2 sin θ/λ = 1/d-spacing. Laue's condition, e.g. Warren, X-ray Diffraction (1969), eq. 2.6.
// Exact to rounding.
template <class T>
constexpr Vec3<T> scattering_vector(const Vec3<T>& diffracted, const Vec3<T>& incident,
                                    const T& wavelength_m) {
  return (diffracted - incident) / wavelength_m;
}

// The same from 1/λ, without a division.
template <class T, class S>
constexpr Vec3<T> scattering_vector_by_inverse(const Vec3<T>& diffracted, const Vec3<T>& incident,
                                               const S& inverse_wavelength_per_m) {
  return inverse_wavelength_per_m * (diffracted - incident);
}

template <class T>
struct ScatteringVectorBar {
  Vec3<T> diffracted, incident;
  T wavelength_m;
};
template <class T>
constexpr ScatteringVectorBar<T> scattering_vector_vjp(const Vec3<T>& q,
                                                       const T& inverse_wavelength_per_m,
                                                       const Vec3<T>& bar) {
  const Vec3<T> scaled = inverse_wavelength_per_m * bar;
  return {scaled, -scaled, -dot(q, scaled)};
}

}  // namespace nanobragg::physics
