// What a user asked for, in the user's units; every member is unset until a flag or a key sets it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/compat/mode.hpp"
#include "nanobragg/geometry/vec3.hpp"
#include "nanobragg/kernel/interface/precision.hpp"
#include "nanobragg/model/beam.hpp"
#include "nanobragg/model/crystal.hpp"
#include "nanobragg/model/crystal_shape.hpp"
#include "nanobragg/model/detector_placement.hpp"
#include "nanobragg/model/point_spread.hpp"
#include "nanobragg/model/read_out.hpp"

namespace nanobragg::config {

enum class Convention : std::uint8_t { mosflm, denzo, adxv, xds, dials, custom };

struct Settings {
  // Crystal
  std::optional<std::string> matrix_file;
  std::optional<std::string> crystal_file;
  std::optional<std::vector<double>> cell;  // a b c Å, α β γ °: one to six numbers
  std::optional<Vec3<double>> misset_deg;
  std::optional<bool> misset_random;
  std::optional<long> misset_seed;
  std::optional<std::string> hkl_file;
  std::optional<std::string> hkl_column;
  std::optional<std::string> model_file;
  std::optional<double> solvent_density;  // electrons/Å³
  std::optional<double> solvent_B;        // Å²
  std::optional<bool> forward_scattering;
  std::optional<bool> leave_out_unknown;  // atoms of -model without scattering factor
  std::optional<std::string> dump_file;
  std::optional<double> default_F;
  std::optional<std::array<double, 2>> wilson;  // B in Å², seed
  std::optional<double> cells_a, cells_b, cells_c;
  std::optional<double> size_x_mm, size_y_mm, size_z_mm;
  std::optional<CrystalShape> shape;
  std::optional<double> fudge;
  std::optional<double> b_factor;                      // Å²
  std::optional<std::array<double, 6>> anisotropic_b;  // B11 B22 B33 B12 B13 B23, Å²
  std::optional<std::vector<double>> diffuse_sigma_A, diffuse_gamma_A;  // one or three
  std::optional<std::string> diffuse_laue;
  std::optional<long> diffuse_neighbours;
  std::optional<std::string> block_sizes;  // DISTRIBUTION:WIDTH[:COUNT]
  std::optional<double> mosaic_spread_deg;
  std::optional<Vec3<double>> mosaic_spread_abc_deg;
  std::optional<Vec3<double>> mosaic_correlation;
  std::optional<long> mosaic_domains;
  std::optional<long> mosaic_seed;
  std::optional<MosaicShape> mosaic_shape;
  std::optional<double> cell_spread_percent;
  std::optional<std::vector<std::string>> lattices;  // X,Y,Z[:WEIGHT], °
  std::optional<std::string> crystal_size;           // LENGTH[,LENGTH,LENGTH]
  std::optional<double> water_um;

  // Background
  std::optional<std::vector<std::string>> backgrounds;  // as config/options/background_value.hpp
  std::optional<std::string> stol_file, four_stol_file, q_file;
  std::optional<double> density_g_cm3, molar_mass_g, molecules;  // of the table of these files
  std::optional<bool> compton;
  std::optional<double> beamstop_diameter_mm, beamstop_distance_mm, beamstop_edge_mm;
  std::optional<double> beamstop_arm_deg, beamstop_arm_width_mm;

  // Beam
  std::optional<double> wavelength_A;
  std::optional<double> dispersion_percent;
  std::optional<long> dispersion_steps;
  std::optional<Profile> dispersion_profile;
  std::optional<double> hdiv_range_mrad, vdiv_range_mrad;
  std::optional<double> hdiv_step_mrad, vdiv_step_mrad;
  std::optional<long> hdiv_steps, vdiv_steps;
  std::optional<bool> round_divergence;
  std::optional<Profile> divergence_profile;
  std::optional<std::string> source_file;
  std::optional<std::string> spectrum_file;
  std::optional<double> line_width_percent;
  std::optional<double> kahn_factor;
  std::optional<bool> polarised;
  std::optional<double> fluence;  // photons/m²
  std::optional<double> flux;     // photons/s
  std::optional<double> exposure_s;
  std::optional<double> beamsize_mm;

  // Spindle
  std::optional<double> phi_deg;
  std::optional<double> oscillation_deg;
  std::optional<double> phi_step_deg;
  std::optional<long> phi_steps;
  std::optional<bool> phi_middle;

  // Detector
  std::optional<std::string> detector;  // a name, or a file that describes one
  std::optional<std::string> geometry_file;
  std::optional<long> experiment;  // of a file that holds several, from 0
  std::optional<bool> external_files;
  std::optional<Convention> convention;
  std::optional<Vec3<double>> fast_vector, slow_vector, normal_vector, beam_vector, polar_vector,
      spindle_axis, twotheta_axis;
  std::optional<Vec3<double>> pix0_m;
  std::optional<double> distance_mm, close_distance_mm;
  std::optional<double> beam_x_mm, beam_y_mm;    // -Xbeam, -Ybeam
  std::optional<double> close_x_mm, close_y_mm;  // -Xclose, -Yclose
  std::optional<double> org_x, org_y;            // pixels
  std::optional<Pivot> pivot;                    // by -pivot itself
  std::optional<Pivot> implied_pivot;            // by the last of -pivot and the placing flags
  std::optional<double> tilt_x_deg, tilt_y_deg, tilt_z_deg;
  std::optional<double> twotheta_deg;
  std::optional<double> pixel_mm;
  std::optional<long> pixels_fast, pixels_slow;
  std::optional<double> size_fast_mm, size_slow_mm;
  std::optional<bool> curved;
  std::optional<bool> point_pixel;
  std::optional<std::string> sensor;          // MATERIAL:THICKNESS
  std::optional<double> absorption_depth_um;  // 0: off
  std::optional<double> thickness_um;
  std::optional<long> thickness_steps;
  std::optional<PointSpreadShape> point_spread;
  std::optional<double> point_spread_um;  // full width at half maximum; 0: off

  // Sampling
  std::optional<long> oversample;             // 0: automatic
  std::optional<long> background_oversample;  // 0: automatic
  std::optional<bool> oversample_thick, oversample_polar, oversample_omega;
  std::optional<bool> interpolate;
  std::optional<double> dmin_A;
  std::optional<std::array<long, 4>> roi;  // fast first, fast last, slow first, slow last
  std::optional<std::string> mask_file;
  std::optional<std::string> header_file;  // -img

  // Output
  std::optional<std::string> float_file, int_file, noise_file, pgm_file, png_file, reflections_file,
      predictions_file;
  std::optional<std::vector<std::string>> out_files;  // -out, each chooses its format by its end
  std::optional<bool> noise, pgm;
  std::optional<double> scale, adc, pgm_scale;
  std::optional<long> seed;

  // Read-out; any of it but `noise_source` asks for one
  std::optional<double> flicker, dead_time_ns, charge_sharing, calibration, gain;
  std::optional<double> read_out_noise, saturation;  // counts
  std::optional<CountRateModel> count_rate_model;
  std::optional<long> calibration_seed, bits, bad_pixel_seed;
  std::optional<double> medium_gain, medium_gain_from, low_gain, low_gain_from;
  std::optional<double> dead_pixels, hot_pixels;  // below 1 fractions
  std::optional<double> hot_photons;
  std::optional<NoiseSource> noise_source;

  // How the program runs
  std::optional<compat::Mode> compat;
  std::optional<std::string> kernel;
  std::optional<double> cull_photons;
  std::optional<kernel::Precision> precision;
  std::optional<long> threads;
  std::optional<bool> printout;
  std::optional<std::array<long, 2>> printout_pixel;  // fast, slow
  std::optional<std::array<long, 2>> trace_pixel;     // slow, fast
  std::optional<bool> progress;
  std::optional<bool> quiet, verbose;
  std::optional<bool> show_config;
  std::optional<std::string> config_file;
  std::optional<std::string> experiment_file;

  friend bool operator==(const Settings&, const Settings&) = default;
};

// The values that hold where nothing is given, as far as giving them changes nothing else.
Settings default_settings();

}  // namespace nanobragg::config
