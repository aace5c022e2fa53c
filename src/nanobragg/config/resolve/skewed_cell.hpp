// The reciprocal axes that the reference makes of a unit cell.
#pragma once

#include "nanobragg/model/lattice.hpp"

namespace nanobragg::config {

// As standard_reciprocal_axes(), but with c* · z = sin γ/(c sin γ*) where it should be 1/c: the
// volume enters as V/(abc) instead of V*/(a*b*c*). The two agree where two angles are right ones
// (sin γ = sin γ*), and the axes of other cells come out skewed. Quirk skewed_triclinic_cell.
Axes<double> skewed_reciprocal_axes(const CellParameters<double>& cell);

}  // namespace nanobragg::config
