// The defaults that can be given as values; the others are rules, and stand in resolve.
#include "nanobragg/base/constants.hpp"
#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/model/crystal.hpp"

namespace nanobragg::config {

// Wavelength and pixel hold where neither a flag nor the header of -img or -mask gives them.
Settings default_settings() {
  Settings s;
  s.dump_file = "Fdump.bin";
  s.default_F = 0.0;
  // Of most protein crystals (Fokine & Urzhumtsev (2002), Acta Cryst. D58, 1387).
  s.solvent_density = 0.35;
  s.solvent_B = 46.0;
  s.forward_scattering = false;
  s.leave_out_unknown = false;
  s.shape = CrystalShape::square;
  s.fudge = 1.0;
  s.b_factor = 0.0;
  s.mosaic_spread_deg = 0.0;
  s.mosaic_seed = Mosaicity{}.seed;
  s.mosaic_shape = MosaicShape::cap;
  s.cell_spread_percent = 0.0;
  s.water_um = 0.0;

  s.wavelength_A = 1.0;
  s.line_width_percent = 0.0;
  s.dispersion_percent = 0.0;
  s.dispersion_profile = s.divergence_profile = Profile::uniform;
  s.round_divergence = true;
  s.kahn_factor = 0.0;
  s.polarised = true;
  s.fluence = constants::kDefaultFluence;
  s.exposure_s = 1.0;
  s.beamsize_mm = 0.1;
  s.phi_middle = false;

  s.convention = Convention::mosflm;
  s.tilt_x_deg = s.tilt_y_deg = s.tilt_z_deg = 0.0;
  s.pixel_mm = 0.1;
  s.curved = false;
  s.point_pixel = false;
  s.thickness_um = 0.0;

  s.oversample_thick = s.oversample_polar = s.oversample_omega = false;
  s.dmin_A = 0.0;

  s.float_file = "floatimage.bin";
  s.int_file = "intimage.img";
  s.noise_file = "noiseimage.img";
  s.pgm_file = "image.pgm";
  s.noise = s.pgm = true;
  s.scale = 0.0;
  s.adc = 40.0;

  s.compat = compat::Mode{};
  s.printout = s.quiet = s.verbose = s.show_config = false;
  return s;
}

}  // namespace nanobragg::config
