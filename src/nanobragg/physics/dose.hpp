// Radiation dose of a crystal.
#pragma once

#include <cmath>

namespace nanobragg::physics {

// D = Φ λ²/k, Gy, with k = 2000 photons/µm² at 1 Å: the energy that a crystal of a protein and its
// mother liquor absorbs, a mass, of a fluence Φ (photons/m²) of wavelength λ (m) (Holton (2009), J.
// Synchrotron Rad. 16, 133). Within about 30 % from 0.6 to 3 Å; heavy atoms absorb more. It is the
// dose of a place that the beam stays on: a crystal that turns new parts into the beam has less.
inline double dose_gray(double fluence_per_m2, double wavelength_m) {
  constexpr double kPhotonsPerSquareMicrometre = 2000.0;
  const double per_um2 = 1e-12 * fluence_per_m2;
  return per_um2 * std::pow(1e10 * wavelength_m, 2) / kPhotonsPerSquareMicrometre;
}

}  // namespace nanobragg::physics
