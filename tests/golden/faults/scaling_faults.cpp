// Faults of what the last step multiplies.
#include "golden/faults/fault_makers.hpp"

namespace nanobragg::test {
namespace {

std::vector<Fault> first_part() {
  return {
      {"polarisation twice",
       &kTurned,
       {last_step([](const LastStep& s) { return s.polarisation; })},
       {"polarisation_applied_twice"}},
      {"no division by steps",
       &kTurned,
       {last_step([](const LastStep& s) { return s.steps; })},
       {"steps_not_applied"}},
      {"division by sub-pixels left out",
       &kTurned,
       {last_step([](const LastStep&) { return 4.0; })},
       {"I_pixel_final: sub-pixels along an axis^2", "steps_without_subpixel*"}},
      {"r_e not squared",
       &kTurned,
       {last_step([](const LastStep&) { return 1.0 / 2.81794117756025e-15; })},
       {"r_e_sqr_rooted", "I_pixel_final: r_e/m^-1"}},
      {"solid angle left out",
       &kSwung,
       {last_step([](const LastStep& s) { return 1.0 / s.solid_angle; })},
       {"solid_angle_not_applied"}},
      {"exposure ignored",
       &kTurned,
       {on_flags([](Settings& s) { s.exposure_s.reset(); })},
       {"exposure_ignored"}},
      {"beam size not squared",
       &kTurned,
       {on_plan([](SamplingPlan& p) { p.beam.fluence *= 0.2e-3; })},
       {"fluence_photons_per_m2: beamsize/m"}},
      {"round beam",
       &kTurned,
       {on_plan([](SamplingPlan& p) { p.beam.fluence *= 4.0 / kPi; })},
       {"fluence_photons_per_m2: 2^2 * pi^-1"}},
      {"flux in another unit",
       &kTurned,
       {on_plan([](SamplingPlan& p) { p.beam.fluence *= 1e-3; })},
       {"flux_times_1e-03"}},
      {"beam size of 1 in another unit",
       &kCustom,
       {on_plan([](SamplingPlan& p) { p.beam.fluence *= 1e-3; })},
       {"fluence_photons_per_m2: beamsize/m"}},
      {"capture twice",
       &kLayers,
       {last_step([](const LastStep& s) { return s.capture; })},
       {"capture_applied_twice"}},
  };
}

}  // namespace

std::vector<Fault> scaling_faults() { return joined({first_part()}); }

}  // namespace nanobragg::test
