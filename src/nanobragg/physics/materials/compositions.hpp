// The atoms of the molecules, or formula units, of materials.
#pragma once

#include <array>

#include "nanobragg/physics/materials/form_factor.hpp"
#include "nanobragg/physics/materials/incoherent.hpp"

namespace nanobragg::physics {

struct AtomCount {
  const FormFactor& form;
  const IncoherentFunction& incoherent;
  double count;
};

constexpr AtomCount hydrogens(double count) { return {kHydrogen, kHydrogenIncoherent, count}; }
constexpr AtomCount carbons(double count) { return {kCarbon, kCarbonIncoherent, count}; }
constexpr AtomCount nitrogens(double count) { return {kNitrogen, kNitrogenIncoherent, count}; }
constexpr AtomCount oxygens(double count) { return {kOxygen, kOxygenIncoherent, count}; }

inline constexpr std::array kWaterAtoms{hydrogens(2), oxygens(1)};
inline constexpr std::array kHeliumAtoms{AtomCount{kHelium, kHeliumIncoherent, 1}};
inline constexpr std::array kNitrogenAtoms{nitrogens(2)};
// Dry air by volume (ISO 2533); the carbon dioxide is counted as argon, the other rest is left out.
inline constexpr double kAirNitrogen = 0.78084, kAirOxygen = 0.20948, kAirArgon = 0.00968;
inline constexpr std::array kAirAtoms{nitrogens(2 * kAirNitrogen), oxygens(2 * kAirOxygen),
                                      AtomCount{kArgon, kArgonIncoherent, kAirArgon}};
inline constexpr std::array kGlycerolAtoms{carbons(3), hydrogens(8), oxygens(3)};
inline constexpr std::array kPegAtoms{carbons(2), hydrogens(4), oxygens(1)};
inline constexpr std::array kOilAtoms{carbons(1), hydrogens(2)};
inline constexpr std::array kPolyimideAtoms{carbons(22), hydrogens(10), nitrogens(2), oxygens(5)};
inline constexpr std::array kProteinAtoms{carbons(5), hydrogens(8), nitrogens(1.4), oxygens(1.5)};
inline constexpr std::array kGlassAtoms{AtomCount{kSilicon, kSiliconIncoherent, 1}, oxygens(2)};

}  // namespace nanobragg::physics
