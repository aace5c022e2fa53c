// Gases at 20 °C and 1 atm: molecules are far apart and scatter independently, so that each adds
// what Debye's formula says of it (Debye (1915), Ann. Phys. 351, 809):
//   I = Σᵢⱼ fᵢ fⱼ sin(Q rᵢⱼ)/(Q rᵢⱼ)
// Form factors of free atoms, bonds without vibration: within 3 %, most of it where the electrons
// of the bond scatter (sin θ/λ from 0.1 to 0.4 Å⁻¹).
#include "nanobragg/physics/materials/compositions.hpp"
#include "nanobragg/physics/materials/material_tables.hpp"

namespace nanobragg::physics {
namespace {

// Two equal atoms.
double pair_intensity(const FormFactor& atom, double bond_A, double stol) {
  const double f = atom.at(stol);
  return 2.0 * f * f * (1.0 + sinc(q_of(stol) * bond_A));
}

// Huber & Herzberg (1979), Constants of diatomic molecules.
constexpr double kNitrogenBond_A = 1.0977, kOxygenBond_A = 1.2075;

double nitrogen(double stol) { return pair_intensity(kNitrogen, kNitrogenBond_A, stol); }
double oxygen(double stol) { return pair_intensity(kOxygen, kOxygenBond_A, stol); }
double argon(double stol) {
  const double f = kArgon.at(stol);
  return f * f;
}

}  // namespace

ScatteringTable helium_table() {
  return smooth_table([](double stol) {
    const double f = kHelium.at(stol);
    return f * f;
  });
}

ScatteringTable nitrogen_table() { return smooth_table(nitrogen); }

ScatteringTable air_table() {
  return smooth_table([](double stol) {
    return kAirNitrogen * nitrogen(stol) + kAirOxygen * oxygen(stol) + kAirArgon * argon(stol);
  });
}

}  // namespace nanobragg::physics
