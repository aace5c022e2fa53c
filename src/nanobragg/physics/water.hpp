// Scattering by amorphous water around the crystal.
#pragma once

#include "nanobragg/base/constants.hpp"

namespace nanobragg::physics {

// Photons a steradian, before polarisation and absorption, that a cube of water of edge w (m)
// scatters in a fluence Φ (photons/m²):
//   I = F²·r_e²·Φ·N, N = w³·ρ·N_A/M molecules,
// with F = 2.57 electrons a molecule, M = 18 g/mol and ρ = 1e6 g/m³. Each molecule scatters r_e²F²
// a steradian (Thomson), independently of the others; F stands for a liquid whose molecules are not
// independent. N·F²·r_e²/w³ is 1.75 m⁻¹, where the scattering of water at 20 °C towards small
// angles was measured as 1.63 m⁻¹ (Orthaber, Bergmann & Glatter (2000), J. Appl. Cryst. 33, 218).
// Water's ring at 3.2 Å is not in it.
template <class T>
constexpr T water_photons(const T& water_m, const T& fluence) {
  using namespace constants;
  return kWaterF * kWaterF * kClassicalElectronRadiusSquared * fluence * water_m * water_m *
         water_m * 1e6 * kAvogadro / kWaterMolarMass;
}

}  // namespace nanobragg::physics
