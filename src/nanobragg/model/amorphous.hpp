// Amorphous matter in the beam: what scatters light into every pixel.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "nanobragg/base/units.hpp"

namespace nanobragg {

// How strongly one molecule of a material scatters, against sin θ/λ. The square is the intensity in
// units of a free electron's; a negative amplitude takes light away (as a blank that was
// subtracted does).
struct ScatteringTable {
  std::vector<double> stol_per_A;   // sin θ/λ, rising, at least four
  std::vector<double> amplitude_e;  // electrons, of each
};

struct AmorphousMaterial {
  std::string name;
  std::shared_ptr<const ScatteringTable> table;
  double density_kg_m3 = 0.0;
  double molar_mass_kg = 0.0;  // of a mole of the molecules of the table
};

// A slab of a material across the beam.
struct AmorphousSlab {
  AmorphousMaterial material;
  Metre thickness;
};

// An experiment has no more slabs than this.
inline constexpr std::size_t kMostSlabs = 8;

// Throws Error for a table of fewer than four rows, rows that do not rise or are not finite,
// densities and molar masses that are not positive, a negative thickness, and one of more than
// limits::kFarthest_m.
void check(const AmorphousSlab& slab);

}  // namespace nanobragg
