// Faults of where pixels stand, and what their place makes of photons.
#include "golden/faults/fault_makers.hpp"

namespace nanobragg::test {
namespace {

std::vector<Fault> first_part() {
  return {
      {"no obliquity",
       &kSwung,
       {solid_angle([](const PanelGeometry<double>& p, double r) {
         return p.pixel_size * p.pixel_size / r / r;
       })},
       {"obliquity_left_out", "omega_pixel_sr: obliquity^-1"}},
      {"R squared in 1/R",
       &kSwung,
       {solid_angle([](const PanelGeometry<double>& p, double r) {
         return p.pixel_size * p.pixel_size / r / r / r * p.close_distance / r;
       })},
       {"omega_pixel_sr: R/m^-1"}},
      {"pixel not squared",
       &kSwung,
       {solid_angle([](const PanelGeometry<double>& p, double r) {
         return p.pixel_size / r / r * p.close_distance / r;
       })},
       {"omega_pixel_sr: pixel/m^-1"}},
      {"corner for centre",
       &kTurned,
       {formulas([](ChangedFormulas& f) {
         f.position = [](const physics::SensorPoint& at, const PanelGeometry<double>& p) {
           return Formulas::position(at, p) - 0.5 * p.pixel_size * (p.fast + p.slow);
         };
       })},
       {"half_pixel_early"}},
      {"corner of a sub-pixel",
       &kTurned,
       {formulas([](ChangedFormulas& f) {
         f.position = [](const physics::SensorPoint& at, const PanelGeometry<double>& p) {
           return Formulas::position(at, p) - 0.25 * p.pixel_size * (p.fast + p.slow);
         };
       })},
       {"half_subpixel_early"}},
      {"pixels swapped",
       &kTurned,
       {{.pixel =
             [](PixelIndex p) {
               return PixelIndex{p.fast, p.slow};
             }}},
       {"swapped_pixel"}},
      {"no half pixel of MOSFLM",
       &kTurned,
       {placed([](Placing& p) { p.in.beam_f -= 0.3e-3, p.in.beam_s -= 0.3e-3; })},
       {"centre_half_pixel_less", "centre_of_denzo"}},
      {"beam centre swapped",
       &kTurned,
       {on_flags([](Settings& s) { std::swap(s.beam_x_mm, s.beam_y_mm); })},
       {"swapped_beam_centre"}},
  };
}

std::vector<Fault> second_part() {
  return {
      {"y from the far edge",
       &kTurned,
       {placed([](Placing& p) { p.in.beam_s = 48 * 0.6e-3 - p.in.beam_s; })},
       {"centre_from_far_slow_edge"}},
      {"2 theta backwards",
       &kSwung,
       {on_flags([](Settings& s) { *s.twotheta_deg *= -1.0; })},
       {"twotheta_sign"}},
      {"2 theta ignored",
       &kSwung,
       {on_flags([](Settings& s) { s.twotheta_deg.reset(); })},
       {"twotheta_ignored"}},
      {"rotx backwards",
       &kSwung,
       {on_flags([](Settings& s) { *s.tilt_x_deg *= -1.0; })},
       {"detector_rotx_sign"}},
      {"tilts in the order zyx",
       &kSwung,
       {placed([](Placing& p) {
         p.tilt = [t = p.in.tilt](const V& v) {
           return rotate_xyz(rotate_xyz(rotate_xyz(v, {0, 0, t.z}), {0, t.y, 0}), {t.x, 0, 0});
         };
       })},
       {"tilt_order_zyx"}},
      {"other pivot",
       &kSwung,
       {placed([](Placing& p) { p.in.pivot = Pivot::beam; })},
       {"pivot_other*"}},
      {"tilts in degrees",
       &kSwung,
       {on_flags([](Settings& s) { *s.tilt_y_deg *= 180.0 / kPi; })},
       {"detector_roty_degrees_as_radians"}},
      {"distance along the normal",
       &kCustom,
       {on_flags([](Settings& s) { s.close_distance_mm = std::exchange(s.distance_mm, {}); })},
       {"distance_along_normal"}},
      {"layers without parallax",
       &kLayers,
       {formulas([](ChangedFormulas& f) {
         f.captured = [](LayerOnPath layer) {
           layer.cosine = 1.0;
           return Formulas::captured(layer);
         };
       })},
       {"capture_without_parallax"}},
      {"depth for coefficient",
       &kLayers,
       {on_flags([](Settings& s) { *s.absorption_depth_um *= 1e-3; })},
       {"detector_abs_times_1e-03"}},
  };
}

std::vector<Fault> third_part() {
  return {
      {"first layer alone",
       &kLayers,
       {counted([](const TermPlace& at) { return at.layer == 0; })},
       {"layer_first_alone"}},
  };
}

}  // namespace

std::vector<Fault> place_faults() { return joined({first_part(), second_part(), third_part()}); }

}  // namespace nanobragg::test
