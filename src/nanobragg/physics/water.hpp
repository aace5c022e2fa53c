// Scattering by amorphous water around the crystal.
#pragma once

#include "nanobragg/base/constants.hpp"

namespace nanobragg::physics {

// F²·r_e²·Φ·w³·1e6·N_A/M for a cube of water of edge w (m) in a fluence Φ (photons/m²), F = 2.57
// electrons a molecule, M = 18 g/mol, density 1 g/cm³ (1e6 g/m³). As the reference has it, the
// value joins the sum over steps *before* that sum is multiplied by r_e²·Φ/steps, a convention that
// users calibrated against.
template <class T>
T water_background(const T& water_m, const T& fluence) {
  using namespace constants;
  return kWaterF * kWaterF * kClassicalElectronRadiusSquared * fluence * water_m * water_m *
         water_m * 1e6 * kAvogadro / kWaterMolarMass;
}

}  // namespace nanobragg::physics
