// Scattering by amorphous matter.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/geometry/vec3.hpp"
#include "nanobragg/model/amorphous.hpp"

namespace nanobragg::physics {

// A value and its slope.
struct ValueAndSlope {
  double value, slope;
};

// The cubic through four points (x_i, y_i) at x, and its slope, by Lagrange's formula.
inline ValueAndSlope lagrange_cubic(std::span<const double, 4> x, std::span<const double, 4> y,
                                    double at) {
  ValueAndSlope sum{0.0, 0.0};
  for (std::size_t i = 0; i < 4; ++i) {
    double product = y[i];
    double slope = 0.0;  // of the product, by the product rule
    for (std::size_t j = 0; j < 4; ++j) {
      if (j == i) continue;
      const double scale = 1.0 / (x[i] - x[j]);
      slope = (slope * (at - x[j]) + product) * scale;
      product *= (at - x[j]) * scale;
    }
    sum.value += product;
    sum.slope += slope;
  }
  return sum;
}

// The amplitude F (electrons) of a molecule at sin θ/λ (Å⁻¹) and its slope: the cubic through the
// two rows on either side; outside the table that of the nearest row, with slope 0.
inline ValueAndSlope amplitude_at(const ScatteringTable& table, double stol_per_A) {
  const std::span<const double> x = table.stol_per_A;
  const std::span<const double> y = table.amplitude_e;
  if (stol_per_A <= x.front()) return {y.front(), 0.0};
  if (stol_per_A >= x.back()) return {y.back(), 0.0};
  const auto above = static_cast<std::size_t>(std::ranges::upper_bound(x, stol_per_A) - x.begin());
  const std::size_t first = std::clamp<std::size_t>(above, 2, x.size() - 2) - 2;
  return lagrange_cubic(std::span<const double, 4>(x.subspan(first, 4)),
                        std::span<const double, 4>(y.subspan(first, 4)), stol_per_A);
}

// F·|F| and its slope: the intensity of a molecule in units of a free electron's, negative where
// the amplitude is.
inline ValueAndSlope intensity_at(const ScatteringTable& table, double stol_per_A) {
  const auto [f, slope] = amplitude_at(table, stol_per_A);
  return {f * std::fabs(f), 2.0 * std::fabs(f) * slope};
}

// Molecules in each metre of thickness of a slab across a beam of an area (m²): A·ρ·N_A/M.
constexpr double molecules_per_metre(const AmorphousMaterial& material, double area_m2) {
  return constants::kAvogadro * area_m2 * material.density_kg_m3 / material.molar_mass_kg;
}

// Photons a steradian for each electron² and each metre of thickness, before polarisation and
// capture: r_e²·Φ·A·ρ·N_A/M, of the fluence Φ (photons/m²) on the area A (m²) of the beam, density
// ρ and molar mass M. Every molecule scatters by itself (Thomson); how it stands to its neighbours
// is in the table.
template <class T>
constexpr T slab_photons(const AmorphousMaterial& material, double area_m2, const T& fluence) {
  return (constants::kClassicalElectronRadiusSquared * molecules_per_metre(material, area_m2)) *
         fluence;
}

// sin θ of a ray scattered from one unit vector into another: half the length of their difference,
// which keeps its precision at small angles.
template <class T>
T sine_of_half_angle(const Vec3<T>& incident, const Vec3<T>& diffracted) {
  using std::sqrt;
  const Vec3<T> change = diffracted - incident;
  const T square = dot(change, change);
  // Along the beam the sine has no slope.
  return square > T(0) ? T(0.5 * sqrt(square)) : T(0);
}

}  // namespace nanobragg::physics
