// The options that describe the detector.
#include "nanobragg/config/options/option_rows.hpp"

namespace nanobragg::config::rows {
namespace {

using enum Range;
using enum Effect;

double metres_of_mm(double mm) { return mm / 1000.0; }

}  // namespace

// What files of other programs say, and what is known of a detector by its name.
std::vector<Option> geometry_files() {
  return {
      {"name",
       {"-detector"},
       "NAME|FILE.toml",
       "a detector by its name (nanobragg detectors lists them), or by a file that describes one: "
       "pixels, gaps, sensor and reading, where no flag gives them",
       &Settings::detector},
      {"geometry_file",
       {"-geometry"},
       "FILE",
       "panels, beam, spindle and crystal of a DIALS .expt or an NXmx file; all but the crystal of "
       "a CBF or an SMV image; panels of a CrystFEL .geom",
       &Settings::geometry_file},
      {"experiment",
       {"-experiment"},
       "n",
       "which experiment of a .expt file with several, or exposure of an NXmx file, from 0",
       &Settings::experiment,
       non_negative},
      {"external_files",
       {{"-external_files", "true"}},
       "",
       "follow what leads from an NXmx file to files in other folders",
       &Settings::external_files}};
}

// Convention and directions.
std::vector<Option> laboratory_frame() {
  return {
      {"convention",
       {{"-mosflm", "mosflm"},
        {"-denzo", "denzo"},
        {"-adxv", "adxv"},
        {"-xds", "xds"},
        {"-dials", "dials"}},
       "",
       "the program whose laboratory frame and beam centre are meant",
       &Settings::convention},
      {"fast_vector",
       {"-fdet_vector"},
       "x y z",
       "direction of the fast axis; selects the custom convention",
       &Settings::fast_vector,
       direction,
       selects_custom_convention},
      {"slow_vector",
       {"-sdet_vector"},
       "x y z",
       "direction of the slow axis; selects the custom convention",
       &Settings::slow_vector,
       direction,
       selects_custom_convention},
      {"normal_vector",
       {"-odet_vector"},
       "x y z",
       "direction of the normal; selects the custom convention",
       &Settings::normal_vector,
       direction,
       selects_custom_convention},
      {"twotheta_axis",
       {"-twotheta_axis"},
       "x y z",
       "axis of -twotheta; selects the custom convention",
       &Settings::twotheta_axis,
       direction,
       selects_custom_convention},
      {"pix0_m",
       {"-pix0_vector", {"-pix0_vector_mm", "x y z, mm", metres_of_mm}},
       "x y z, m",
       "position of the detector's first corner after rotation; selects the custom convention",
       &Settings::pix0_m,
       any,
       selects_custom_convention},
  };
}

// What a rotation leaves in place.
std::vector<Option> pivot() {
  return {
      {"pivot",
       {"-pivot"},
       "beam|sample",
       "the point that rotating the detector leaves in place; without it by the convention",
       &Settings::pivot,
       any,
       implies_pivot_given},
      {"implied_pivot",
       {},
       "beam|sample",
       "the pivot of a custom convention, by the last of the options that place the detector",
       &Settings::implied_pivot},
  };
}

// Distance and beam centre.
std::vector<Option> distances() {
  return {
      {"distance_mm",
       {"-distance"},
       "mm",
       "from the sample to the detector, along the beam",
       &Settings::distance_mm,
       positive,
       implies_pivot_beam},
      {"close_distance_mm",
       {"-close_distance"},
       "mm",
       "from the sample to the nearest point of the detector's plane",
       &Settings::close_distance_mm,
       positive,
       implies_pivot_sample},
      {"beam_x_mm",
       {"-Xbeam"},
       "mm",
       "beam centre x, in the words of the convention",
       &Settings::beam_x_mm,
       any,
       implies_pivot_beam},
      {"beam_y_mm",
       {"-Ybeam"},
       "mm",
       "beam centre y, in the words of the convention",
       &Settings::beam_y_mm,
       any,
       implies_pivot_beam},
      {"close_x_mm",
       {"-Xclose"},
       "mm",
       "point nearest to the sample, along the fast axis",
       &Settings::close_x_mm,
       any,
       implies_pivot_sample},
      {"close_y_mm",
       {"-Yclose"},
       "mm",
       "point nearest to the sample, along the slow axis",
       &Settings::close_y_mm,
       any,
       implies_pivot_sample},
      {"org_x_pixels",
       {"-ORGX"},
       "pixels",
       "point nearest to the sample, along the fast axis, as XDS counts",
       &Settings::org_x,
       any,
       implies_pivot_sample},
      {"org_y_pixels",
       {"-ORGY"},
       "pixels",
       "point nearest to the sample, along the slow axis, as XDS counts",
       &Settings::org_y,
       any,
       implies_pivot_sample},
  };
}

// Tilts, and the header that fills in what is not given.
std::vector<Option> rotations() {
  return {
      {"tilt_x_deg",
       {"-detector_rotx"},
       "degrees",
       "turns the detector about x, before y and z",
       &Settings::tilt_x_deg},
      {"tilt_y_deg",
       {"-detector_roty"},
       "degrees",
       "turns the detector about y",
       &Settings::tilt_y_deg},
      {"tilt_z_deg",
       {"-detector_rotz"},
       "degrees",
       "turns the detector about z",
       &Settings::tilt_z_deg},
      {"twotheta_deg",
       {"-twotheta"},
       "degrees",
       "swings the detector, after the other rotations",
       &Settings::twotheta_deg,
       any,
       implies_pivot_sample},
      {"header_file",
       {"-img"},
       "FILE",
       "SMV image whose header gives the geometry that no flag gives",
       &Settings::header_file},
  };
}

// Size and number of pixels.
std::vector<Option> pixels() {
  return {
      {"pixel_mm", {"-pixel"}, "mm", "edge of a pixel", &Settings::pixel_mm, positive},
      {"pixels_fast",
       {"-detpixels_x", "-detpixels_f"},
       "n",
       "pixels along the fast axis; without it from the size, which is 102.4 mm",
       &Settings::pixels_fast,
       at_least_one},
      {"pixels_slow",
       {"-detpixels_y", "-detpixels_s"},
       "n",
       "pixels along the slow axis; without it from the size, which is 102.4 mm",
       &Settings::pixels_slow,
       at_least_one},
      {"",
       {"-detpixels"},
       "n",
       "pixels along both axes",
       each(&Settings::pixels_fast, &Settings::pixels_slow),
       at_least_one},
      {"size_fast_mm",
       {"-detsize_f"},
       "mm",
       "size along the fast axis, where no number of pixels is given",
       &Settings::size_fast_mm,
       positive},
      {"size_slow_mm",
       {"-detsize_s"},
       "mm",
       "size along the slow axis, where no number of pixels is given",
       &Settings::size_slow_mm,
       positive},
      {"",
       {"-detsize"},
       "mm",
       "size along both axes",
       each(&Settings::size_fast_mm, &Settings::size_slow_mm),
       positive},
  };
}

// Shape and absorption of the sensor.
std::vector<Option> sensor() {
  return {
      {"curved",
       {{"-curved_det", "true"}},
       "",
       "bends the detector so that all pixels are equally far from the sample",
       &Settings::curved},
      {"point_pixel",
       {{"-point_pixel", "true"}},
       "",
       "gives every pixel the solid angle 1/R², without its area and obliquity",
       &Settings::point_pixel},
      {"sensor",
       {"-sensor"},
       "MATERIAL:THICKNESS",
       "what the sensor is made of and how thick it is (Si:450um, CdTe:1mm, Gd2O2S@3.7:40um with a "
       "density in g/cm³); its attenuation is that at the mean wavelength",
       &Settings::sensor},
      {"absorption_depth_um",
       {"-detector_abs", "-detector_absorb"},
       "µm",
       "attenuation depth of the sensor; inf or 0: off; without it, the thickness",
       &Settings::absorption_depth_um,
       non_negative_or_infinite},
      {"thickness_um",
       {"-detector_thick"},
       "µm",
       "thickness of the sensor; 0: off",
       &Settings::thickness_um,
       non_negative},
      {"thickness_steps",
       {"-detector_thicksteps", "-thicksteps"},
       "n",
       "layers that the sensor is cut into; 0: automatic",
       &Settings::thickness_steps,
       non_negative},
  };
}

// How the light of a point is spread over pixels.
std::vector<Option> point_spread() {
  return {
      {"psf",
       {"-psf"},
       "gauss|fibre|fiber",
       "spreads the light of each point over pixels: a Gaussian, or the point spread of a fibre "
       "taper, with its tail; 46 µm wide without -psf_fwhm",
       &Settings::point_spread},
      {"psf_fwhm_um",
       {"-psf_fwhm"},
       "µm",
       "full width at half maximum of the point spread; 0: off",
       &Settings::point_spread_um,
       non_negative},
  };
}

// The disc that keeps the direct beam from the detector.
std::vector<Option> beamstop() {
  return {
      {"beamstop_diameter_mm",
       {"-beamstop", "-beamstop_diameter"},
       "mm",
       "diameter of a beamstop; with -beamstop_distance",
       &Settings::beamstop_diameter_mm,
       positive},
      {"beamstop_distance_mm",
       {"-beamstop_distance"},
       "mm",
       "distance of the beamstop from the sample",
       &Settings::beamstop_distance_mm,
       positive},
      {"beamstop_edge_mm",
       {"-beamstop_edge"},
       "mm",
       "width of the rim where its shadow goes from black to nothing; a tenth of the diameter "
       "without it",
       &Settings::beamstop_edge_mm,
       positive},
      {"beamstop_arm_deg",
       {"-beamstop_arm"},
       "degrees",
       "direction of the arm that holds the beamstop, from the fast axis of the detector towards "
       "its slow axis; with -beamstop_arm_width",
       &Settings::beamstop_arm_deg},
      {"beamstop_arm_width_mm",
       {"-beamstop_arm_width"},
       "mm",
       "width of that arm, at the distance of the beamstop",
       &Settings::beamstop_arm_width_mm,
       positive},
  };
}

}  // namespace nanobragg::config::rows
