// Diffuse scattering of a crystal whose parts move as in a liquid.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/geometry/vec3.hpp"
#include "nanobragg/model/anisotropic_displacement.hpp"
#include "nanobragg/model/symmetry.hpp"
#include "nanobragg/physics/structure_factor_lookup.hpp"

namespace nanobragg::physics {

// With displacements of variance U, correlated by exp(−|γ⁻¹r|) over a vector r, a reflection s₀
// keeps exp(−x) of its intensity, x = 4π² s₀ᵀ U s₀, and the rest is a halo about it,
//   F²·(1 − exp(−x))·Γ(s − s₀) a unit cell,   Γ(Δs) = 8π det γ/(1 + 4π²|γ Δs|²)²,
// the transform of the correlation, whose integral over reciprocal space (Å⁻³) is 1: what Bragg's
// reflection loses is in its halo. To the first order in x it is the model of Caspar, Clarage,
// Salunke & Clarage (1988), Nature 332, 659, in the form of Wall, Clarage & Phillips (1997),
// Structure 5, 1599; Peck, Poitevin & Lane (2018), IUCrJ 5, 211. All orders have the halo of the
// first here.
//
// In indices: x = ½ Σ βij hi hj and |γ Δs|² = Σ gij Δi Δj, so that N cells, whose lattice factor
// F_lattice² has the integral N over indices, have 8π √(det g)/(1 + 4π² Σ gij Δi Δj)² times N.
template <class T>
struct LiquidTensors {
  SymmetricTensor<T> beta;  // with the symmetry of the crystal
  SymmetricTensor<T> g;     // without: haloes are averaged over it
};

// Which haloes are summed.
struct HaloSum {
  std::span<const SymmetryOperation> rotations;  // of the Laue class, the identity among them
  std::int32_t neighbours;
};

template <class T>
T determinant(const SymmetricTensor<T>& g) {
  return g[0] * (g[1] * g[2] - g[5] * g[5]) - g[3] * (g[3] * g[2] - g[5] * g[4]) +
         g[4] * (g[3] * g[5] - g[1] * g[4]);
}

// Σ tij vi vj.
template <class T>
T quadratic_form(const SymmetricTensor<T>& t, const Vec3<T>& v) {
  return t[0] * v.x * v.x + t[1] * v.y * v.y + t[2] * v.z * v.z +
         T(2.0) * (t[3] * v.x * v.y + t[4] * v.x * v.z + t[5] * v.y * v.z);
}

// v·R, as h' = hR.
template <class T>
Vec3<T> rotated(const Vec3<T>& v, const SymmetryOperation& operation) {
  const auto& r = operation.rotation;
  const auto column = [&](std::size_t j) {
    return T(static_cast<double>(r[0][j])) * v.x + T(static_cast<double>(r[1][j])) * v.y +
           T(static_cast<double>(r[2][j])) * v.z;
  };
  return {column(0), column(1), column(2)};
}

// Calls visit(index) for each reflection whose halo counts at fractional indices.
template <class T, class Visit>
void for_each_halo(const Vec3<T>& hkl, std::int32_t neighbours, Visit visit) {
  const MillerIndex nearest = nearest_index(nearest_integers(hkl));
  for (std::int32_t h = -neighbours; h <= neighbours; ++h) {
    for (std::int32_t k = -neighbours; k <= neighbours; ++k) {
      for (std::int32_t l = -neighbours; l <= neighbours; ++l) {
        visit(MillerIndex{nearest.h + h, nearest.k + k, nearest.l + l});
      }
    }
  }
}

inline constexpr double kFourPiSquared = 4.0 * constants::kPi * constants::kPi;

// The mean over the class of 1/(1 + 4π² Σ gij Δi Δj)².
template <class T>
T halo_shape(const Vec3<T>& offset, const SymmetricTensor<T>& g,
             std::span<const SymmetryOperation> rotations) {
  T sum(0.0);
  for (const SymmetryOperation& operation : rotations) {
    const T width = T(1.0) + T(kFourPiSquared) * quadratic_form(g, rotated(offset, operation));
    sum = sum + T(1.0) / (width * width);
  }
  return sum / T(static_cast<double>(rotations.size()));
}

// In place of F_cell²·F_lattice²/N at fractional indices: Σ F'²·(exp(x) − 1)·Γ, where the
// amplitudes of `table` are displaced by x already, F'² = F²·exp(−x).
template <class T, class Table>
T liquid_intensity(const Vec3<T>& hkl, const LiquidTensors<T>& tensors, const HaloSum& rule,
                   const Table& table) {
  using std::exp;
  using std::sqrt;
  T sum(0.0);
  for_each_halo(hkl, rule.neighbours, [&](const MillerIndex& index) {
    const T amplitude(table.at(index));
    if (amplitude == T(0.0)) return;
    const Vec3<T> at{T(static_cast<double>(index.h)), T(static_cast<double>(index.k)),
                     T(static_cast<double>(index.l))};
    const T lost = exp(T(0.5) * quadratic_form(tensors.beta, at)) - T(1.0);
    sum = sum + amplitude * amplitude * lost * halo_shape(hkl - at, tensors.g, rule.rotations);
  });
  return T(8.0 * constants::kPi) * sqrt(determinant(tensors.g)) * sum;
}

}  // namespace nanobragg::physics
