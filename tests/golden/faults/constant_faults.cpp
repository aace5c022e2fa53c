// Faults of constants: typed in with a digit off, with few digits, or of another edition.
#include "golden/faults/fault_makers.hpp"
#include "nanobragg/base/constants.hpp"

namespace nanobragg::test {
namespace {

// Of a constant that a trace prints with its square, and what follows from it.
std::function<void(audit::Document&)> with_radius_squared(double value) {
  return [value](audit::Document& document) {
    const double ratio = value / constants::kClassicalElectronRadiusSquared;
    multiply(document, "r_e_sqr", ratio);
    multiply(document, "r_e_meters", std::sqrt(ratio));
    multiply(document, "I_pixel_final", ratio);
    multiply(document, "floatimage_accumulated", ratio);
  };
}

template <class F>
Change grating_with(F along) {
  return along_axes(along);
}

Change sphere_of(double volume, double pi) {
  return formulas([=](ChangedFormulas& f) {
    f.lattice = [=](const LatticeAt& at) {
      const V d = at.hkl - at.nearest;
      const double x = pi * std::sqrt(1.3 * 25.0 * (d.x * d.x + d.y * d.y + d.z * d.z));
      return LatticeFactor{125.0 * volume * 3.0 * (std::sin(x) / x - std::cos(x)) / (x * x), {}};
    };
  });
}

std::vector<Fault> first_part() {
  return {
      {"r_e of 2.818e-15",
       &kTurned,
       {on_plan([](SamplingPlan&) {})},
       {"r_e*"},
       with_radius_squared(2.818e-15 * 2.818e-15)},
      {"r_e of 2.8179e-15",
       &kSwung,
       {on_plan([](SamplingPlan&) {})},
       {"r_e*"},
       with_radius_squared(2.8179e-15 * 2.8179e-15)},
      {"r_e squared with digits swapped",
       &kCustom,
       {on_plan([](SamplingPlan&) {})},
       {"r_e*"},
       with_radius_squared(7.94097248018965e-30)},
      {"r_e squared of 7.94e-30, unseen",
       &kTurned,
       {last_step([](const LastStep&) { return 7.94e-30 / 7.94079248018965e-30; })},
       {"r_e*"}},
      {"r_e squared of 2.82e-15, unseen",
       &kSwung,
       {last_step([](const LastStep&) { return 2.82e-15 * 2.82e-15 / 7.94079248018965e-30; })},
       {"r_e*"}},
      {"another default of the fluence",
       &kSwung,
       {on_plan([](SamplingPlan& p) { p.beam.fluence = 1.2593e29; })},
       {"the fluence*"}},
      {"pi of 3.1416 in the grating",
       &kTurned,
       {grating_with(
           [](double h, double n) { return std::sin(n * 3.1416 * h) / std::sin(3.1416 * h); })},
       {"pi_3.1416_in_lattice_factor"}},
      {"pi of 3.14 in the grating",
       &kTurned,
       {grating_with(
           [](double h, double n) { return std::sin(n * 3.14 * h) / std::sin(3.14 * h); })},
       {"pi_3.14_in_lattice_factor"}},
      {"pi of 22/7 in the grating",
       &kSwung,
       {grating_with([](double h, double n) {
         return std::sin(n * 22.0 / 7.0 * h) / std::sin(22.0 / 7.0 * h);
       })},
       {"pi_22/7_in_lattice_factor"}},
  };
}

std::vector<Fault> second_part_first() {
  return {
      {"0.7236 of a sphere", &kRound, {sphere_of(0.7236, kPi)}, {"round_volume_0.7236"}},
      {"pi of 3.14159 in a sphere",
       &kRound,
       {sphere_of(0.723601254558268, 3.14159)},
       {"pi_3.14159_in_lattice_factor"}},
      {"57.3 degrees a radian, of missets",
       &kTurned,
       {on_flags([](Settings& s) { s.misset_deg = (180.0 / kPi / 57.3) * *s.misset_deg; })},
       {"misset by 57.3*"}},
      {"pi of 3.1416 for the spindle",
       &kTurned,
       {turned([](plan::CrystalSamples& c) {
         for (double& phi : c.phi_rad) phi *= 3.1416 / kPi;
       })},
       {"spindle by pi of 3.1416*"}},
      {"57.2958 degrees a radian, of all angles",
       &kSwung,
       {on_flags([](Settings& s) {
         const double by = 180.0 / kPi / 57.2958;
         for (auto* angle : {&s.tilt_x_deg, &s.tilt_y_deg, &s.tilt_z_deg, &s.twotheta_deg}) {
           **angle *= by;
         }
         for (std::size_t i = 3; i < 6; ++i) (*s.cell)[i] *= by;
       })},
       {"angles by 57.2958*"}},
      {"hc of 12400 for an energy",
       &kSized,
       {on_flags([](Settings& s) { *s.wavelength_A *= 12400.0 / 12398.42; })},
       {"hc_12400*"}},
      {"hc of 12398.4198 for an energy",
       &kSized,
       {on_flags([](Settings& s) { *s.wavelength_A *= 12398.4198 / 12398.42; })},
       {"hc_12398.4198"}},
  };
}

std::vector<Fault> second_part_second() {
  return {
      {"hc of 12398 for an energy",
       &kSized,
       {on_flags([](Settings& s) { *s.wavelength_A *= 12398.0 / 12398.42; })},
       {"hc_12398*"}},
      {"0.64 of a Gaussian",
       &kGauss,
       {formulas([](ChangedFormulas& f) {
         f.lattice = [](const LatticeAt& at) {
           return LatticeFactor{
               12.0 * std::pow(Formulas::lattice(at).amplitude / 12.0, 0.63 / 0.64), {}};
         };
       })},
       {"gauss_width_0.64"}},
      {"Avogadro of 6.022e23",
       &kWet,
       {on_plan(
           [](SamplingPlan& p) { p.amorphous.water_m *= std::cbrt(6.022e23 / 6.02214179e23); })},
       {"water_avogadro_6.022e23"}},
      {"water of 18.01528",
       &kWet,
       {on_plan([](SamplingPlan& p) { p.amorphous.water_m *= std::cbrt(18.0 / 18.01528); })},
       {"water_molar_mass_18.01528"}},
      {"water with a fourth power",
       &kWet,
       {on_plan([](SamplingPlan& p) { p.amorphous.water_m *= std::cbrt(p.amorphous.water_m); })},
       {"water_size_fourth_power"}},
  };
}

}  // namespace

std::vector<Fault> constant_faults() {
  return joined({first_part(), second_part_first(), second_part_second()});
}

}  // namespace nanobragg::test
