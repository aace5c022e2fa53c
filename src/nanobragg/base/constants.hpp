// Physical constants, with the values that nanoBragg.c (2025-08-10) computes with.
#pragma once

#include <numbers>

namespace nanobragg::constants {

inline constexpr double kPi = std::numbers::pi;

// Thomson cross section per steradian: classical electron radius squared, m².
inline constexpr double kClassicalElectronRadiusSquared = 7.94079248018965e-30;

// CODATA 2006, molecules a mole.
inline constexpr double kAvogadro = 6.02214179e23;

// hc in Å·eV, as the reference rounds it (CODATA 2018: 12398.41984).
inline constexpr double kAngstromElectronVolt = 12398.42;

// Photons/m² when neither fluence nor flux is given: the reference's
// 125932015286227086360700780544, which makes r_e²·fluence one photon a steradian for F = 1.
inline constexpr double kDefaultFluence = 125932015286227086360700780544.0;

// Amorphous water: forward scattering of one molecule in electrons, and molar mass in g/mol.
inline constexpr double kWaterF = 2.57;
inline constexpr double kWaterMolarMass = 18.0;

// The reference's degrees a radian, 180·(1/π) in this order.
inline constexpr double kDegreesPerRadian = 180.0 * std::numbers::inv_pi;

}  // namespace nanobragg::constants
