// How strongly a material weakens X-rays on their way through it.
#pragma once

#include <string>

#include "nanobragg/base/units.hpp"

namespace nanobragg::physics {

struct Material {
  std::string formula;  // "Gd2O2S"
  double density_kg_per_m3;
};

// Linear attenuation coefficient µ, m⁻¹: the total cross section of the atoms (photoelectric,
// coherent and incoherent) times their number a volume. Cross sections of xraylib 4 (Schoonjans et
// al. (2011), Spectrochim. Acta B66, 776), for isolated atoms: within 0.1 % of those of NIST
// (Hubbell & Seltzer, NISTIR 5632) from 8 to 20 keV; near an absorption edge the state of the atoms
// counts, which neither knows. Throws Error for what is no chemical formula, a density that cannot
// be, and an energy for which the tables have no value.
double attenuation_per_m(const Material& material, ElectronVolt energy);

// Throws Error for what is no chemical formula.
void check_formula(const std::string& formula);

}  // namespace nanobragg::physics
