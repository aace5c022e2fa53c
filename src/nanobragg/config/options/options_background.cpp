// The options of amorphous matter in the beam.
#include "nanobragg/config/options/option_rows.hpp"

namespace nanobragg::config::rows {

using enum Range;

std::vector<Option> background() {
  return {
      {"materials",
       {"-background"},
       "MATERIAL:LENGTH[:DENSITY[:MW]]",
       "scattering of a slab across the beam, as water:50um, air:200mm or helium:1m (um, mm, cm, "
       "m); may be repeated; nanobragg materials lists the names; also FILE:LENGTH:DENSITY:MW with "
       "a table whose name ends in .stol, .4stol or .Q, and stol:LENGTH with that of -stol, -4stol "
       "or -Q; density in g/cm³, MW in g/mol. A background that was measured is "
       "profile:FILE[:SCALE], photons a pixel against resolution, or image:FILE[:SCALE[:OFFSET]], "
       "where OFFSET is the reading of no photon",
       Gathered{&Settings::backgrounds, Repeats::kept}},
      {"compton",
       {{"-compton", "true"}},
       "",
       "adds Compton scattering to the materials that -background names",
       &Settings::compton},
      {"stol_file",
       {"-stol"},
       "FILE",
       "table of a molecule's amplitude (electrons) against sin θ/λ = 1/2d in Å⁻¹, for -background "
       "stol:LENGTH or -molecules; without them it is not used",
       &Settings::stol_file},
      {"four_stol_file",
       {"-4stol"},
       "FILE",
       "the same against 4 sin θ/λ = 2/d",
       &Settings::four_stol_file},
      {"Q_file", {"-Q"}, "FILE", "the same against Q = 4π sin θ/λ = 2π/d", &Settings::q_file},
      {"density_g_cm3",
       {"-density", "-sample_den"},
       "g/cm³",
       "density of what -stol, -4stol or -Q describes; 1 without it",
       &Settings::density_g_cm3,
       positive},
      {"molar_mass_g",
       {"-MW"},
       "g/mol",
       "molar mass of its molecules; 18 without it",
       &Settings::molar_mass_g,
       positive},
      {"molecules",
       {"-molecules"},
       "N",
       "number of its molecules in the beam, instead of a thickness",
       &Settings::molecules,
       positive},
  };
}

}  // namespace nanobragg::config::rows
