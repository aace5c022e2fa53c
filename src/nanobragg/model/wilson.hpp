// Structure factor amplitudes without a structure: random ones with the statistics of a protein.
#pragma once

#include <cstdint>

#include "nanobragg/model/structure_factors.hpp"
#include "nanobragg/model/unit_cell.hpp"

namespace nanobragg {

// Mean of |F|², electrons², at resolution 1/d² (Å⁻²):
//   ⟨|F|²⟩ = Σf²·exp(−2B s²),   s = sin θ/λ = 1/(2d)
// (Wilson (1942), Nature 150, 152). Σf² is that of a typical protein crystal of this volume: half
// solvent, 2.46 Å³ a dalton (Matthews (1968), J. Mol. Biol. 33, 491), 14.1 Da an atom other than
// hydrogen, so 0.0288 such atoms a Å³, with 63 % C, 17 % N, 19.5 % O and 0.5 % S a mean f² of 45
// electrons². f does not fall with angle here: its fall acts like some 10 Å² more of B. The
// disordered solvent is left out, which matters at d > 6 Å alone.
double wilson_mean_intensity(double cell_volume_A3, double b_factor_A2, double inverse_d2);

// Amplitudes of every reflection with d ≥ dmin_A (Å), for the statistics of a crystal without a
// centre of symmetry: |F|² exponentially distributed about its mean above (Wilson (1949), Acta
// Cryst. 2, 318). An amplitude depends on the seed and the indices of its Friedel pair alone, so a
// finer dmin adds reflections and changes none. F(000) is 0: it coincides with the direct beam,
// which a beamstop takes, and its true value, all electrons of the cell, would drown the rest.
// Reflections in the corners of the table, beyond dmin, have the default amplitude.
// Throws Error where dmin is not positive, B is negative, or the table would not fit in memory.
StructureFactors wilson_amplitudes(const CellParameters<double>& cell, double b_factor_A2,
                                   std::uint64_t seed, double dmin_A, double default_amplitude);

}  // namespace nanobragg
