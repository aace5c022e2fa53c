// More faults, of every stage.
#include "golden/faults/fault_makers.hpp"

namespace nanobragg::test {
namespace {

std::vector<Fault> of_place() {
  return {
      {"R not rooted",
       &kSwung,
       {solid_angle([](const PanelGeometry<double>& p, double r) {
         return p.pixel_size * p.pixel_size / (r * r * r * r) * p.close_distance / (r * r);
       })},
       {"omega_pixel_sr: R/m^-3"}},
      {"sub-pixels about the pixel's corner",
       &kTurned,
       {formulas([](ChangedFormulas& f) {
         f.position = [](const physics::SensorPoint& at, const PanelGeometry<double>& p) {
           return Formulas::position(at, p) - 0.5 * p.pixel_size * (p.fast + p.slow);
         };
       })},
       {"half_pixel_early"}},
      {"solid angle with the opposite sign",
       &kSwung,
       {solid_angle([](const PanelGeometry<double>& p, double r) {
         return -p.pixel_size * p.pixel_size / (r * r) * p.close_distance / r;
       })},
       {"*opposite*"}},
      {"first and second rotation of the detector alone",
       &kSwung,
       {placed([](Placing& p) {
         p.tilt = [t = p.in.tilt](const V& v) { return rotate_xyz(v, {t.x, t.y, 0.0}); };
       })},
       {"detector_rotz_ignored"}},
      {"pixel of another binning",
       &kSwung,
       {on_flags([](Settings& s) { *s.pixel_mm *= 2.0; })},
       {"pixel_double"}},
      {"beam centre flipped and swapped",
       &kTurned,
       {placed([](Placing& p) {
         const double f = p.in.beam_f;
         p.in.beam_f = p.in.beam_s;
         p.in.beam_s = 48 * 0.6e-3 - f;
       })},
       {"centre*"}},
      {"sensor in front of the detector's plane",
       &kLayers,
       {formulas([](ChangedFormulas& f) {
         f.position = [](physics::SensorPoint at, const PanelGeometry<double>& p) {
           at.layer = -at.layer;
           return Formulas::position(at, p);
         };
       })},
       {"layers_in_front"}},
      {"capture of the first layer without the next",
       &kLayers,
       {formulas([](ChangedFormulas& f) {
         f.captured = [](const LayerOnPath& layer) {
           return 1.0 - std::exp(-layer.thickness * layer.attenuation_per_m / layer.cosine);
         };
       })},
       {"capture_of_first_layer"}},
  };
}

std::vector<Fault> of_beam() {
  return {
      {"lowest wavelength alone",
       &kBeams,
       {on_plan([](SamplingPlan& p) {
         for (auto& ray : p.beam.sources) ray.wavelength_m = 1.2e-10 * 0.99;
       })},
       {"wavelength_of_first_source"}},
      {"half of the dispersion",
       &kBeams,
       {on_flags([](Settings& s) { *s.dispersion_percent *= 0.5; })},
       {"dispersion_half", "dispersion_half_range"}},
      {"indices over the wavelength once more",
       &kSwung,
       {scattering([](const V& d, const plan::Ray<double>& ray) {
         return (d - ray.incident) / ray.wavelength_m / 1.2;
       })},
       {"*wavelength*", "*lambda*"}},
      {"beam area of a circle by its radius",
       &kTurned,
       {on_plan([](SamplingPlan& p) { p.beam.fluence /= kPi; })},
       {"fluence_photons_per_m2: pi^-1"}},
      {"polarisation of the beam's direction",
       &kTurned,
       {polarisation([](double k, const V& i, const V&, const V& axis) {
         return Formulas::polarisation(k, i, i, axis);
       })},
       {"polarisation_left_out", "polarisation_of_direct_beam"}},
      {"polarisation without its halves of Kahn's term",
       &kTurned,
       {polarisation([](double k, const V& i, const V& d, const V& axis) {
         const double c = dot(i, d);
         return 0.5 * (1.0 + c * c) -
                2.0 * (0.5 * (1.0 + c * c) - Formulas::polarisation(k, i, d, axis));
       })},
       {"polarisation_kahn_doubled", "polarisation_kahn_not_halved", "polar_double"}},
      {"sum over the squares of the sources",
       &kBeams,
       {last_step([](const LastStep&) { return 1.0 / 30.0; })},
       {"I_pixel_final: *sources^-1", "I_pixel_final: *steps^-1", "steps_*"}},
  };
}

std::vector<Fault> of_crystal() {
  return {
      {"domain of the spindle step's number",
       &kTurned,
       {on_plan([](SamplingPlan& p) {
         auto& all = p.crystal.lattices;
         const auto own = all;
         for (std::size_t i = 0; i < all.size(); ++i) all[i] = own[i / 4 * 4 + i / 4];
       })},
       {"mosaic_of_step*"}},
      {"spindle about y backwards",
       &kTurned,
       {turned([](plan::CrystalSamples& c) {
         c.continuous.spindle_axis = {0, -1, 0};
       })},
       {"spindle_about_-y"}},
      {"end of the spindle for its start",
       &kTurned,
       {turned([](plan::CrystalSamples& c) {
         for (double& phi : c.phi_rad) phi += c.oscillation.range;
       })},
       {"spindle_from_end*"}},
      {"misset about z alone",
       &kTurned,
       {on_flags([](Settings& s) {
         s.misset_deg = V{0, 0, s.misset_deg->z};
       })},
       {"misset_z_alone"}},
      {"misset about y left out",
       &kTurned,
       {on_flags([](Settings& s) { s.misset_deg->y = 0.0; })},
       {"misset_y_left_out"}},
      {"spindle axis of the components z y x",
       &kCustom,
       {on_flags([](Settings& s) {
         s.spindle_axis = V{0, 0, -1};
       })},
       {"spindle_axis_z*", "spindle_about_-z", "spindle_axis_yzx"}},
      {"cell of a and b alone",
       &kSkewed,
       {on_flags([](Settings& s) { (*s.cell)[5] = 90.0; })},
       {"cell_gamma_of_90"}},
      {"angles of the cell as their supplements",
       &kSkewed,
       {on_flags([](Settings& s) {
         for (std::size_t i = 3; i < 6; ++i) (*s.cell)[i] = 180.0 - (*s.cell)[i];
       })},
       {"cell_angles_supplements"}},
      {"cubic cell",
       &kTurned,
       {on_flags([](Settings& s) { (*s.cell)[1] = (*s.cell)[2] = (*s.cell)[0]; })},
       {"cell_lengths_all_a"}},
  };
}

std::vector<Fault> of_sum_first() {
  return {
      {"fudge squared",
       &kRound,
       {on_flags([](Settings& s) { *s.fudge *= *s.fudge; })},
       {"round_fudge_outside_root", "fudge_squared"}},
      {"Gaussian of its full width",
       &kGauss,
       {formulas([](ChangedFormulas& f) {
         f.lattice = [](const LatticeAt& at) {
           const double x = std::log(Formulas::lattice(at).amplitude / 12.0) * 0.63;
           return LatticeFactor{12.0 * std::exp(4.0 * std::log(2.0) * x), {}};
         };
       })},
       {"gauss_exponent_4 ln 2_for_63"}},
      {"grating of N - 1 intervals",
       &kTurned,
       {along_axes(
           [](double h, double n) { return std::sin((n - 1.0) * kPi * h) / std::sin(kPi * h); })},
       {"cells_one_less"}},
      {"sum of the squares of the axes",
       &kTurned,
       {formulas([](ChangedFormulas& f) {
         f.lattice = [](const LatticeAt& at) {
           const auto v = *Formulas::lattice(at).along_axes;
           return LatticeFactor{v.x * v.x + v.y * v.y + v.z * v.z, v};
         };
       })},
       {"lattice_sum_of_squares*"}},
      {"water after the scaling",
       &kWet,
       {last_step([](const LastStep& s) { return s.steps; })},
       {"steps_not_applied"}},
  };
}

std::vector<Fault> of_sum_second() {
  return {
      {"one step too many",
       &kTurned,
       {on_plan([](SamplingPlan& p) { p.steps += 1.0; })},
       {"steps_one_more"}},
      {"steps of domains and spindle alone",
       &kTurned,
       {on_plan([](SamplingPlan& p) { p.steps = 12.0; })},
       {"steps_without_subpixels"}},
      {"default F for amplitudes of 0",
       &kTurned,
       {amplitude([](const AmplitudeAt& at) {
         const double x = Formulas::amplitude(at);
         return x == 0.0 ? 3.0 : 0.5 * x;
       })},
       {"F_cell: 2^-1"}},
      {"intensity not squared twice",
       &kTurned,
       {intensity([](double cell, double lattice) { return cell * cell * lattice; })},
       {"F_latt_not_squared", "F_latt_magnitude"}},
      {"the last domain left out, unseen",
       &kTurned,
       {counted([](const TermPlace& at) { return at.domain != 3; })},
       {"domain_last_left_out"}},
      {"the second spindle step alone",
       &kTurned,
       {counted([](const TermPlace& at) { return at.spindle_step == 1; })},
       {"spindle_step_*_alone"}},
  };
}

}  // namespace

// No change that is generated comes to these.
std::vector<Fault> faults_of_no_kind() {
  return {
      {"solid angle times a number",
       &kSwung,
       {last_step([](const LastStep&) { return 1.0371; })},
       {}},
      {"amplitude times a number",
       &kTurned,
       {amplitude([](const AmplitudeAt& at) { return 1.01373 * Formulas::amplitude(at); })},
       {}},
      {"near miss of the radius of the electron",
       &kSwung,
       {last_step([](const LastStep&) { return std::pow(2.8183 / 2.81794117756025, 2) + 5e-7; })},
       {}},
      {"near miss of a factor of 2",
       &kTurned,
       {last_step([](const LastStep&) { return 2.0 * (1.0 + 4e-7); })},
       {}},
      {"near miss of half a pixel",
       &kTurned,
       {placed([](Placing& p) { p.in.beam_f -= 0.29997e-3, p.in.beam_s -= 0.29998e-3; })},
       {}},
      {"spindle by an angle of its own",
       &kTurned,
       {turned([](plan::CrystalSamples& c) {
         for (double& phi : c.phi_rad) phi += 0.00123;
       })},
       {}},
      {"q turned",
       &kSwung,
       {scattering([](const V& d, const plan::Ray<double>& ray) {
         return rotate_about((d - ray.incident) / ray.wavelength_m, V{0, 0, 1}, 0.0071);
       })},
       {}},
      {"lattice factor and a number",
       &kCustom,
       {formulas([](ChangedFormulas& f) {
         f.lattice = [](const LatticeAt& at) {
           const LatticeFactor own = Formulas::lattice(at);
           return LatticeFactor{own.amplitude + 1.7, own.along_axes};
         };
       })},
       {}},
      {"polarisation with another term",
       &kTurned,
       {polarisation([](double k, const V& i, const V& d, const V& axis) {
         return Formulas::polarisation(k, i, d, axis) + 0.013 * dot(i, d);
       })},
       {}},
  };
}

std::vector<Fault> further_faults() {
  return joined({of_place(), of_beam(), of_crystal(), of_sum_first(), of_sum_second()});
}

}  // namespace nanobragg::test
