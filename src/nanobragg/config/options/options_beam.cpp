// The options that describe the beam and the spindle.
#include "nanobragg/base/units.hpp"
#include "nanobragg/config/options/option_rows.hpp"

namespace nanobragg::config::rows {
namespace {

using enum Range;
using enum Effect;

double wavelength_of_energy(double energy) { return to_wavelength(ElectronVolt(energy)).value(); }

}  // namespace

// Wavelengths.
std::vector<Option> spectrum() {
  return {
      {"wavelength_A",
       {"-lambda", "-wave", "-wavelength", {"-energy", "eV", wavelength_of_energy}},
       "Å",
       "wavelength, or photon energy",
       &Settings::wavelength_A,
       positive},
      {"spectrum_file",
       {"-spectrum"},
       "FILE",
       "spectrum: lines of a wavelength in Å (below 100) or an energy in eV, and a weight",
       &Settings::spectrum_file},
      {"line_width_percent",
       {"-line_width"},
       "%",
       "full width at half maximum, relative to its photon energy, of each line of a spectrum or "
       "list of sources: for spots in closed form alone",
       &Settings::line_width_percent,
       non_negative},
      {"dispersion_percent",
       {"-dispersion"},
       "%",
       "full width of the spectrum, relative to the wavelength",
       &Settings::dispersion_percent,
       non_negative},
      {"dispersion_steps",
       {"-dispsteps"},
       "n",
       "number of wavelengths; 0: automatic",
       &Settings::dispersion_steps,
       non_negative},
      {"dispersion_shape",
       {"-dispersion_shape"},
       "uniform|gauss",
       "whether -dispersion is a range, or the full width at half maximum of photon energies",
       &Settings::dispersion_profile},
  };
}

// Directions of the sources.
std::vector<Option> divergence() {
  return {
      {"hdiv_range_mrad",
       {"-hdivrange"},
       "mrad",
       "horizontal divergence, full width",
       &Settings::hdiv_range_mrad,
       non_negative},
      {"vdiv_range_mrad",
       {"-vdivrange"},
       "mrad",
       "vertical divergence, full width",
       &Settings::vdiv_range_mrad,
       non_negative},
      {"",
       {"-divergence"},
       "mrad",
       "both divergences",
       each(&Settings::hdiv_range_mrad, &Settings::vdiv_range_mrad),
       non_negative},
      {"hdiv_step_mrad",
       {"-hdivstep"},
       "mrad",
       "distance between directions, horizontally; 0: automatic",
       &Settings::hdiv_step_mrad,
       non_negative},
      {"vdiv_step_mrad",
       {"-vdivstep"},
       "mrad",
       "distance between directions, vertically; 0: automatic",
       &Settings::vdiv_step_mrad,
       non_negative},
      {"hdiv_steps",
       {"-hdivsteps"},
       "n",
       "number of directions horizontally; 0: automatic",
       &Settings::hdiv_steps,
       non_negative},
      {"vdiv_steps",
       {"-vdivsteps"},
       "n",
       "number of directions vertically; 0: automatic",
       &Settings::vdiv_steps,
       non_negative},
      {"",
       {"-divsteps"},
       "n",
       "both numbers of directions",
       each(&Settings::hdiv_steps, &Settings::vdiv_steps),
       non_negative},
      {"divergence_shape",
       {"-divergence_shape"},
       "uniform|gauss",
       "whether divergences are ranges, or full widths at half maximum",
       &Settings::divergence_profile},
  };
}

// Which directions are kept, or a list of sources instead.
std::vector<Option> sources() {
  return {
      {"round_divergence",
       {{"-round_div", "true"}, {"-square_div", "false"}},
       "",
       "whether only the directions inside an ellipse are kept, or the whole rectangle",
       &Settings::round_divergence},
      {"source_file",
       {"-sourcefile"},
       "FILE",
       "lines of X Y Z weight wavelength in m instead of divergence and dispersion; missing "
       "columns "
       "take defaults",
       &Settings::source_file},
  };
}

// Direction, polarisation and photons.
std::vector<Option> intensity() {
  return {
      {"vector",
       {"-beam_vector"},
       "x y z",
       "direction of travel; selects the custom convention",
       &Settings::beam_vector,
       direction,
       selects_custom_convention},
      {"polar_vector",
       {"-polar_vector"},
       "x y z",
       "direction of the electric field; selects the custom convention",
       &Settings::polar_vector,
       direction,
       selects_custom_convention},
      {"kahn_factor",
       {"-polar"},
       "K",
       "Kahn's polarisation factor: -1 to 1, 0 is unpolarised",
       &Settings::kahn_factor,
       minus_one_to_one,
       turns_polarisation_on},
      {"polarised",
       {{"-nopolar", "false"}},
       "",
       "whether the polarisation factor is taken in; -polar after it turns it on again",
       &Settings::polarised},
      {"fluence_per_m2",
       {"-fluence"},
       "photons/m²",
       "photons an area; -flux wins over it",
       &Settings::fluence,
       positive},
      {"flux_per_s",
       {"-flux"},
       "photons/s",
       "photons a second: fluence = flux × exposure / beamsize²; 0: not used",
       &Settings::flux,
       non_negative},
      {"exposure_s",
       {"-exposure"},
       "s",
       "exposure time, used with -flux",
       &Settings::exposure_s,
       positive},
      {"beamsize_mm",
       {"-beamsize"},
       "mm",
       "edge of the square beam; a crystal wider than it is clipped",
       &Settings::beamsize_mm,
       non_negative},
  };
}

// The rotation of the crystal during the exposure.
std::vector<Option> spindle() {
  return {
      {"phi_deg", {"-phi"}, "degrees", "spindle angle at the start", &Settings::phi_deg},
      {"oscillation_deg",
       {"-osc"},
       "degrees",
       "range that the spindle turns through; below 0: backwards",
       &Settings::oscillation_deg},
      {"phi_step_deg",
       {"-phistep"},
       "degrees",
       "angle between two steps, in the direction of -osc; 0: automatic",
       &Settings::phi_step_deg},
      {"phi_steps",
       {"-phisteps"},
       "n",
       "number of steps; 0: 1",
       &Settings::phi_steps,
       non_negative},
      {"phi_middle",
       {{"-phi_middle", "true"}, {"-phi_start", "false"}},
       "",
       "sample each step in its middle, as sweeps do, or where it starts",
       &Settings::phi_middle},
      {"axis",
       {"-spindle_axis"},
       "x y z",
       "axis of the spindle; selects the custom convention",
       &Settings::spindle_axis,
       direction,
       selects_custom_convention},
  };
}

}  // namespace nanobragg::config::rows
