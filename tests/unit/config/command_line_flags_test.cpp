// Every flag sets its members and nothing else: one row a flag.
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <sstream>
#include <vector>

#include "nanobragg/config/options/command_line.hpp"
#include "nanobragg/config/options/option.hpp"
#include "nanobragg/config/options/toml.hpp"
#include "unit/config/flag_rows.hpp"

namespace nanobragg::config {
namespace {

std::vector<std::string> split(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), std::istream_iterator<std::string>()};
}

Settings parse(const std::string& text) { return parse_arguments(split(text)).settings; }

constexpr FlagRow kRows[] = {
    // Crystal
    {"-mat A.mat", [](Settings& s) { s.matrix_file = "A.mat"; }},
    {"-matrix A.mat", [](Settings& s) { s.matrix_file = "A.mat"; }},
    {"-crystal x.expt", [](Settings& s) { s.crystal_file = "x.expt"; }},
    {"-geometry g.geom", [](Settings& s) { s.geometry_file = "g.geom"; }},
    {"-experiment 3", [](Settings& s) { s.experiment = 3; }},
    {"-external_files", [](Settings& s) { s.external_files = true; }},
    {"-spectrum s.txt", [](Settings& s) { s.spectrum_file = "s.txt"; }},
    {"-cell 70 80.5 90 75 85 95", [](Settings& s) { s.cell = {70, 80.5, 90, 75, 85, 95}; }},
    {"-cell 70 80 90", [](Settings& s) { s.cell = {70, 80, 90}; }},
    {"-cell 70", [](Settings& s) { s.cell = {70}; }},
    {"-misset 1 -2 +3e1", [](Settings& s) { s.misset_deg = {1, -2, 30}; }},
    {"-misset random", [](Settings& s) { s.misset_random = true; }},
    {"-misset_seed 5", [](Settings& s) { s.misset_seed = 5; }},
    {"-hkl f.hkl", [](Settings& s) { s.hkl_file = "f.hkl"; }},
    {"-column F-obs", [](Settings& s) { s.hkl_column = "F-obs"; }},
    {"-model m.pdb", [](Settings& s) { s.model_file = "m.pdb"; }},
    {"-ksol 0.4", [](Settings& s) { s.solvent_density = 0.4; }},
    {"-bsol 50", [](Settings& s) { s.solvent_B = 50; }},
    {"-F000", [](Settings& s) { s.forward_scattering = true; }},
    {"-leave_out_unknown", [](Settings& s) { s.leave_out_unknown = true; }},
    {"-dump -f.bin", [](Settings& s) { s.dump_file = "-f.bin"; }},
    {"-default_F 100", [](Settings& s) { s.default_F = 100; }},
    {"-wilson 20.5,7", [](Settings& s) { s.wilson = {20.5, 7}; }},
    {"-Na 4.5", [](Settings& s) { s.cells_a = 4.5; }},
    {"-Nb 2", [](Settings& s) { s.cells_b = 2; }},
    {"-Nc 3", [](Settings& s) { s.cells_c = 3; }},
    {"-N 5", [](Settings& s) { s.cells_a = s.cells_b = s.cells_c = 5; }},
    {"-samplesize 0.1", [](Settings& s) { s.size_x_mm = s.size_y_mm = s.size_z_mm = 0.1; }},
    {"-sample_size 0.1", [](Settings& s) { s.size_x_mm = s.size_y_mm = s.size_z_mm = 0.1; }},
    {"-xtalsize 0.1", [](Settings& s) { s.size_x_mm = s.size_y_mm = s.size_z_mm = 0.1; }},
    {"-xtal_size 0.1", [](Settings& s) { s.size_x_mm = s.size_y_mm = s.size_z_mm = 0.1; }},
    {"-sample_thick 0.1", [](Settings& s) { s.size_x_mm = 0.1; }},
    {"-sample_thickness 0.1", [](Settings& s) { s.size_x_mm = 0.1; }},
    {"-sample_x 0.1", [](Settings& s) { s.size_x_mm = 0.1; }},
    {"-xtal_thick 0.1", [](Settings& s) { s.size_x_mm = 0.1; }},
    {"-xtal_thickness 0.1", [](Settings& s) { s.size_x_mm = 0.1; }},
    {"-xtal_x 0.1", [](Settings& s) { s.size_x_mm = 0.1; }},
    {"-sample_width 0.1", [](Settings& s) { s.size_y_mm = 0.1; }},
    {"-sample_y 0.1", [](Settings& s) { s.size_y_mm = 0.1; }},
    {"-width 0.1", [](Settings& s) { s.size_y_mm = 0.1; }},
    {"-xtal_width 0.1", [](Settings& s) { s.size_y_mm = 0.1; }},
    {"-xtal_y 0.1", [](Settings& s) { s.size_y_mm = 0.1; }},
    {"-sample_height 0.1", [](Settings& s) { s.size_z_mm = 0.1; }},
    {"-sample_z 0.1", [](Settings& s) { s.size_z_mm = 0.1; }},
    {"-height 0.1", [](Settings& s) { s.size_z_mm = 0.1; }},
    {"-xtal_height 0.1", [](Settings& s) { s.size_z_mm = 0.1; }},
    {"-xtal_z 0", [](Settings& s) { s.size_z_mm = 0; }},
    {"-square_xtal", [](Settings& s) { s.shape = CrystalShape::square; }},
    {"-round_xtal", [](Settings& s) { s.shape = CrystalShape::round; }},
    {"-gauss_xtal", [](Settings& s) { s.shape = CrystalShape::gauss; }},
    {"-tophat_spots", [](Settings& s) { s.shape = CrystalShape::tophat; }},
    {"-binary_spots", [](Settings& s) { s.shape = CrystalShape::tophat; }},
    {"-gauss_cells", [](Settings& s) { s.shape = CrystalShape::gauss_cells; }},
    {"-tophat_cells", [](Settings& s) { s.shape = CrystalShape::tophat_cells; }},
    {"-cell_spread 0.2", [](Settings& s) { s.cell_spread_percent = 0.2; }},
    {"-reflections r.csv", [](Settings& s) { s.predictions_file = "r.csv"; }},
    {"-mosaic_shape gauss", [](Settings& s) { s.mosaic_shape = MosaicShape::gauss; }},
    {"-dispersion_shape gauss", [](Settings& s) { s.dispersion_profile = Profile::gauss; }},
    {"-divergence_shape gauss", [](Settings& s) { s.divergence_profile = Profile::gauss; }},
    {"-fudge 0.5", [](Settings& s) { s.fudge = 0.5; }},
    {"-bfactor -2.5", [](Settings& s) { s.b_factor = -2.5; }},
    {"-mosaic 0.5", [](Settings& s) { s.mosaic_spread_deg = 0.5; }},
    {"-mosaici 0.5", [](Settings& s) { s.mosaic_spread_deg = 0.5; }},
    {"-mosaicity 0.5", [](Settings& s) { s.mosaic_spread_deg = 0.5; }},
    {"-mosaic_spr 0.5", [](Settings& s) { s.mosaic_spread_deg = 0.5; }},
    {"-mosaic_spread 0.5", [](Settings& s) { s.mosaic_spread_deg = 0.5; }},
    {"-mosaic_spread_abc 1 2 3", [](Settings& s) { s.mosaic_spread_abc_deg = Vec3{1., 2., 3.}; }},
    {"-mosaic_correlation 0.1 0.2 0.3",
     [](Settings& s) { s.mosaic_correlation = Vec3{0.1, 0.2, 0.3}; }},
    {"-mosaic_dom 5", [](Settings& s) { s.mosaic_domains = 5; }},
    {"-detector eiger2-9m", [](Settings& s) { s.detector = "eiger2-9m"; }},
    {"-sensor Si:450um", [](Settings& s) { s.sensor = "Si:450um"; }},
    {"-beamstop 2", [](Settings& s) { s.beamstop_diameter_mm = 2; }},
    {"-beamstop_diameter 2", [](Settings& s) { s.beamstop_diameter_mm = 2; }},
    {"-beamstop_distance 20", [](Settings& s) { s.beamstop_distance_mm = 20; }},
    {"-beamstop_arm -30", [](Settings& s) { s.beamstop_arm_deg = -30; }},
    {"-beamstop_arm_width 0.5", [](Settings& s) { s.beamstop_arm_width_mm = 0.5; }},
    {"-beamstop_edge 0.1", [](Settings& s) { s.beamstop_edge_mm = 0.1; }},
    {"-mosaic_domains 5", [](Settings& s) { s.mosaic_domains = 5; }},
    {"-mosaic_seed 9", [](Settings& s) { s.mosaic_seed = 9; }},
    {"-water 30", [](Settings& s) { s.water_um = 30; }},
    {"-lattice 0,0,1:0.2", [](Settings& s) { s.lattices = {{"0,0,1:0.2"}}; }},
    {"-crystal_size 50um", [](Settings& s) { s.crystal_size = "50um"; }},
    // Background
    {"-background water:50um -background air:1m -background air:1m",
     [](Settings& s) {
       s.backgrounds = {"water:50um", "air:1m", "air:1m"};
     }},
    {"-compton", [](Settings& s) { s.compton = true; }},
    {"-stol w.stol", [](Settings& s) { s.stol_file = "w.stol"; }},
    {"-4stol w.txt", [](Settings& s) { s.four_stol_file = "w.txt"; }},
    {"-Q w.txt", [](Settings& s) { s.q_file = "w.txt"; }},
    {"-density 1.2", [](Settings& s) { s.density_g_cm3 = 1.2; }},
    {"-sample_den 1.2", [](Settings& s) { s.density_g_cm3 = 1.2; }},
    {"-MW 28", [](Settings& s) { s.molar_mass_g = 28; }},
    {"-molecules 1e15", [](Settings& s) { s.molecules = 1e15; }},
    {"-background_oversample 3", [](Settings& s) { s.background_oversample = 3; }},
    // Beam
    {"-lambda 0.9768", [](Settings& s) { s.wavelength_A = 0.9768; }},
    {"-wave 0.9768", [](Settings& s) { s.wavelength_A = 0.9768; }},
    {"-wavelength 0.9768", [](Settings& s) { s.wavelength_A = 0.9768; }},
    {"-energy 10000", [](Settings& s) { s.wavelength_A = 12398.42 / 10000.0; }},
    {"-line_width 0.2", [](Settings& s) { s.line_width_percent = 0.2; }},
    {"-dispersion 1.5", [](Settings& s) { s.dispersion_percent = 1.5; }},
    {"-dispsteps 4", [](Settings& s) { s.dispersion_steps = 4; }},
    {"-hdivrange 2", [](Settings& s) { s.hdiv_range_mrad = 2; }},
    {"-vdivrange 2", [](Settings& s) { s.vdiv_range_mrad = 2; }},
    {"-divergence 2", [](Settings& s) { s.hdiv_range_mrad = s.vdiv_range_mrad = 2; }},
    {"-hdivstep 0.5", [](Settings& s) { s.hdiv_step_mrad = 0.5; }},
    {"-vdivstep 0.5", [](Settings& s) { s.vdiv_step_mrad = 0.5; }},
    {"-hdivsteps 3", [](Settings& s) { s.hdiv_steps = 3; }},
    {"-vdivsteps 3", [](Settings& s) { s.vdiv_steps = 3; }},
    {"-divsteps 3", [](Settings& s) { s.hdiv_steps = s.vdiv_steps = 3; }},
    {"-round_div", [](Settings& s) { s.round_divergence = true; }},
    {"-square_div", [](Settings& s) { s.round_divergence = false; }},
    {"-sourcefile s.txt", [](Settings& s) { s.source_file = "s.txt"; }},
    {"-beam_vector 0 0 -1",
     [](Settings& s) {
       s.beam_vector = {0, 0, -1};
       s.convention = Convention::custom;
     }},
    {"-polar_vector 1 0 0",
     [](Settings& s) {
       s.polar_vector = {1, 0, 0};
       s.convention = Convention::custom;
     }},
    {"-polar -0.5",
     [](Settings& s) {
       s.kahn_factor = -0.5;
       s.polarised = true;
     }},
    {"-nopolar", [](Settings& s) { s.polarised = false; }},
    {"-fluence 1e20", [](Settings& s) { s.fluence = 1e20; }},
    {"-flux 1e18", [](Settings& s) { s.flux = 1e18; }},
    {"-exposure 0.1", [](Settings& s) { s.exposure_s = 0.1; }},
    {"-beamsize 0.05", [](Settings& s) { s.beamsize_mm = 0.05; }},
    // Spindle
    {"-phi -3", [](Settings& s) { s.phi_deg = -3; }},
    {"-osc 0.1", [](Settings& s) { s.oscillation_deg = 0.1; }},
    {"-phistep 0.01", [](Settings& s) { s.phi_step_deg = 0.01; }},
    {"-phisteps 10", [](Settings& s) { s.phi_steps = 10; }},
    {"-phi_middle", [](Settings& s) { s.phi_middle = true; }},
    {"-phi_start", [](Settings& s) { s.phi_middle = false; }},
    {"-spindle_axis -1 0 0",
     [](Settings& s) {
       s.spindle_axis = {-1, 0, 0};
       s.convention = Convention::custom;
     }},
    // Detector
    {"-mosflm", [](Settings& s) { s.convention = Convention::mosflm; }},
    {"-denzo", [](Settings& s) { s.convention = Convention::denzo; }},
    {"-adxv", [](Settings& s) { s.convention = Convention::adxv; }},
    {"-xds", [](Settings& s) { s.convention = Convention::xds; }},
    {"-dials", [](Settings& s) { s.convention = Convention::dials; }},
    {"-fdet_vector 1 0 0",
     [](Settings& s) {
       s.fast_vector = {1, 0, 0};
       s.convention = Convention::custom;
     }},
    {"-sdet_vector 0 -1 0",
     [](Settings& s) {
       s.slow_vector = {0, -1, 0};
       s.convention = Convention::custom;
     }},
    {"-odet_vector 0 0 1",
     [](Settings& s) {
       s.normal_vector = {0, 0, 1};
       s.convention = Convention::custom;
     }},
    {"-twotheta_axis 0 1 0",
     [](Settings& s) {
       s.twotheta_axis = {0, 1, 0};
       s.convention = Convention::custom;
     }},
    {"-pix0_vector 0.1 -0.2 0",
     [](Settings& s) {
       s.pix0_m = {0.1, -0.2, 0};
       s.convention = Convention::custom;
     }},
    {"-pix0_vector_mm -216.336293 215.205512 0",
     [](Settings& s) {
       s.pix0_m = {-216.336293 / 1000.0, 215.205512 / 1000.0, 0};
       s.convention = Convention::custom;
     }},
    {"-pivot beam", [](Settings& s) { s.pivot = s.implied_pivot = Pivot::beam; }},
    {"-pivot sample", [](Settings& s) { s.pivot = s.implied_pivot = Pivot::sample; }},
    {"-distance 231.27466",
     [](Settings& s) {
       s.distance_mm = 231.27466;
       s.implied_pivot = Pivot::beam;
     }},
    {"-close_distance 100",
     [](Settings& s) {
       s.close_distance_mm = 100;
       s.implied_pivot = Pivot::sample;
     }},
    {"-Xbeam -1.5",
     [](Settings& s) {
       s.beam_x_mm = -1.5;
       s.implied_pivot = Pivot::beam;
     }},
    {"-Ybeam 50",
     [](Settings& s) {
       s.beam_y_mm = 50;
       s.implied_pivot = Pivot::beam;
     }},
    {"-Xclose 50",
     [](Settings& s) {
       s.close_x_mm = 50;
       s.implied_pivot = Pivot::sample;
     }},
    {"-Yclose 50",
     [](Settings& s) {
       s.close_y_mm = 50;
       s.implied_pivot = Pivot::sample;
     }},
    {"-ORGX 512.5",
     [](Settings& s) {
       s.org_x = 512.5;
       s.implied_pivot = Pivot::sample;
     }},
    {"-ORGY 512.5",
     [](Settings& s) {
       s.org_y = 512.5;
       s.implied_pivot = Pivot::sample;
     }},
    {"-detector_rotx 5", [](Settings& s) { s.tilt_x_deg = 5; }},
    {"-detector_roty 5", [](Settings& s) { s.tilt_y_deg = 5; }},
    {"-detector_rotz -5", [](Settings& s) { s.tilt_z_deg = -5; }},
    {"-twotheta 15",
     [](Settings& s) {
       s.twotheta_deg = 15;
       s.implied_pivot = Pivot::sample;
     }},
    {"-img a.img", [](Settings& s) { s.header_file = "a.img"; }},
    {"-pixel 0.172", [](Settings& s) { s.pixel_mm = 0.172; }},
    {"-detpixels 64", [](Settings& s) { s.pixels_fast = s.pixels_slow = 64; }},
    {"-detpixels_f 64.0", [](Settings& s) { s.pixels_fast = 64; }},
    {"-detpixels_x 64", [](Settings& s) { s.pixels_fast = 64; }},
    {"-detpixels_s 64", [](Settings& s) { s.pixels_slow = 64; }},
    {"-detpixels_y 64", [](Settings& s) { s.pixels_slow = 64; }},
    {"-detsize 100", [](Settings& s) { s.size_fast_mm = s.size_slow_mm = 100; }},
    {"-detsize_f 100", [](Settings& s) { s.size_fast_mm = 100; }},
    {"-detsize_s 100", [](Settings& s) { s.size_slow_mm = 100; }},
    {"-curved_det", [](Settings& s) { s.curved = true; }},
    {"-point_pixel", [](Settings& s) { s.point_pixel = true; }},
    {"-detector_abs 500", [](Settings& s) { s.absorption_depth_um = 500; }},
    {"-detector_absorb inf", [](Settings& s) { s.absorption_depth_um = 0; }},
    {"-detector_thick 450", [](Settings& s) { s.thickness_um = 450; }},
    {"-detector_thicksteps 5", [](Settings& s) { s.thickness_steps = 5; }},
    {"-thicksteps 5", [](Settings& s) { s.thickness_steps = 5; }},
    // Sampling
    {"-oversample 0", [](Settings& s) { s.oversample = 0; }},
    {"-oversample_thick", [](Settings& s) { s.oversample_thick = true; }},
    {"-oversample_polar", [](Settings& s) { s.oversample_polar = true; }},
    {"-oversample_omega", [](Settings& s) { s.oversample_omega = true; }},
    {"-interpolate", [](Settings& s) { s.interpolate = true; }},
    {"-nointerpolate", [](Settings& s) { s.interpolate = false; }},
    {"-dmin 2.5", [](Settings& s) { s.dmin_A = 2.5; }},
    {"-roi 1 2 3 4", [](Settings& s) { s.roi = {1, 2, 3, 4}; }},
    {"-mask m.img", [](Settings& s) { s.mask_file = "m.img"; }},
    // Output
    {"-out a.cbf", [](Settings& s) { s.out_files = {{"a.cbf"}}; }},
    {"-floatfile out.x", [](Settings& s) { s.float_file = "out.x"; }},
    {"-floatimage out.x", [](Settings& s) { s.float_file = "out.x"; }},
    {"-intfile out.x", [](Settings& s) { s.int_file = "out.x"; }},
    {"-intimage out.x", [](Settings& s) { s.int_file = "out.x"; }},
    {"-noisefile out.x",
     [](Settings& s) {
       s.noise_file = "out.x";
       s.noise = true;
     }},
    {"-noiseimage out.x",
     [](Settings& s) {
       s.noise_file = "out.x";
       s.noise = true;
     }},
    {"-pgmfile out.x",
     [](Settings& s) {
       s.pgm_file = "out.x";
       s.pgm = true;
     }},
    {"-pgmimage out.x",
     [](Settings& s) {
       s.pgm_file = "out.x";
       s.pgm = true;
     }},
    {"-pngfile out.x", [](Settings& s) { s.png_file = "out.x"; }},
    {"-write_reflections out.x", [](Settings& s) { s.reflections_file = "out.x"; }},
    {"-nonoise", [](Settings& s) { s.noise = false; }},
    {"-nopgm", [](Settings& s) { s.pgm = false; }},
    {"-scale 2", [](Settings& s) { s.scale = 2; }},
    {"-adc 10.5", [](Settings& s) { s.adc = 10.5; }},
    {"-pgmscale 0.1",
     [](Settings& s) {
       s.pgm_scale = 0.1;
       s.pgm = true;
     }},
    {"-seed 1234", [](Settings& s) { s.seed = 1234; }},
    // Running
    {"-compat physical", [](Settings& s) { s.compat = compat::Mode{}; }},
    {"-compat reference",
     [](Settings& s) {
       s.compat = {compat::Base::reference, compat::QuirkSet::reference()};
     }},
    {"-compat oracle,+phi_carry_over",
     [](Settings& s) {
       s.compat = {compat::Base::oracle,
                   compat::QuirkSet::reference().without(compat::Quirk::running_product)};
     }},
    {"-dtype float32", [](Settings& s) { s.precision = kernel::Precision::float32; }},
    {"-dtype float64", [](Settings& s) { s.precision = kernel::Precision::float64; }},
    {"-kernel simd", [](Settings& s) { s.kernel = "simd"; }},
    {"-cull 0.5", [](Settings& s) { s.cull_photons = 0.5; }},
    {"-threads 4", [](Settings& s) { s.threads = 4; }},
    {"-experiment_file e.json", [](Settings& s) { s.experiment_file = "e.json"; }},
    {"-config run.toml", [](Settings& s) { s.config_file = "run.toml"; }},
    {"-show_config", [](Settings& s) { s.show_config = true; }},
    {"-printout", [](Settings& s) { s.printout = true; }},
    {"-printout_pixel 3 4",
     [](Settings& s) {
       s.printout_pixel = {3, 4};
       s.printout = true;
     }},
    {"-trace_pixel 5 6", [](Settings& s) { s.trace_pixel = {5, 6}; }},
    {"-progress", [](Settings& s) { s.progress = true; }},
    {"-noprogress", [](Settings& s) { s.progress = false; }},
    {"-quiet", [](Settings& s) { s.quiet = true; }},
    {"-verbose", [](Settings& s) { s.verbose = true; }},
    // Ignored
    {"-dispstep 1", [](Settings&) {}},
    {"-hdiv 1", [](Settings&) {}},
    {"-vdiv 1", [](Settings&) {}},
    {"-coherent", [](Settings&) {}},
    {"-molec 5", [](Settings&) {}},
    {"-stolout file", [](Settings&) {}},
};

std::vector<FlagRow> all_rows() {
  std::vector<FlagRow> rows(std::begin(kRows), std::end(kRows));
  std::ranges::copy(read_out_flag_rows(), std::back_inserter(rows));
  std::ranges::copy(displacement_flag_rows(), std::back_inserter(rows));
  return rows;
}

TEST(CommandLineFlags, SetTheirMembersAndNothingElse) {
  for (const FlagRow& row : all_rows()) {
    SCOPED_TRACE(row.arguments);
    Settings expected;
    row.expect(expected);
    const Settings alone = parse(row.arguments);
    EXPECT_EQ(alone, expected) << to_toml(alone);

    // A flag takes no more and no less than its own values: what follows is read as before.
    const Settings followed = parse(std::string(row.arguments) + " -oversample 3");
    expected.oversample = 3;
    EXPECT_EQ(followed, expected) << to_toml(followed);
  }
}

TEST(CommandLineFlags, EveryFlagHasATestRow) {
  std::set<std::string> tested;
  for (const FlagRow& row : all_rows()) tested.insert(split(row.arguments)[0]);
  for (const Option& option : option_table()) {
    // A new shape brings its own flags, which the test of the option table covers.
    if (option.key == "shape") continue;
    for (const Spelling& spelling : option.spellings) {
      EXPECT_TRUE(tested.contains(spelling.flag)) << spelling.flag << " needs a row";
    }
  }
}

}  // namespace
}  // namespace nanobragg::config
