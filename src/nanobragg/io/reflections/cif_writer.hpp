// Writes merged reflections as mmCIF.
#pragma once

#include <string>

#include "nanobragg/io/reflections/reflection_list.hpp"

namespace nanobragg::io {

// One block with cell, operations, wavelength and the loop of reflections: F_meas (electrons), or
// pdbx_F_plus and pdbx_F_minus where Friedel mates are apart, with their uncertainties where some
// are known. Amplitudes have every digit of their doubles. `data` has a table.
std::string reflection_cif_text(const AmplitudeData& data);

}  // namespace nanobragg::io
