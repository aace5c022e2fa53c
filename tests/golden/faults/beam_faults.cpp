// Faults of rays, scattering vector and polarisation.
#include "golden/faults/fault_makers.hpp"

namespace nanobragg::test {
namespace {

std::vector<Fault> first_part() {
  using R = const plan::Ray<double>&;
  return {
      {"2 pi in q",
       &kTurned,
       {scattering([](const V& d, R ray) {
         return (2.0 * kPi) * ((d - ray.incident) / ray.wavelength_m);
       })},
       {"two_pi_in_scattering_vector"}},
      {"q backwards",
       &kTurned,
       {scattering([](const V& d, R ray) { return (ray.incident - d) / ray.wavelength_m; })},
       {"scattering_opposite"}},
      {"q as a sum",
       &kTurned,
       {scattering([](const V& d, R ray) { return (d + ray.incident) / ray.wavelength_m; })},
       {"scattering_sum"}},
      {"K backwards",
       &kTurned,
       {polarisation([](double k, const V& i, const V& d, const V& axis) {
         return Formulas::polarisation(-k, i, d, axis);
       })},
       {"polarisation_kahn_opposite", "polar_sign"}},
      {"K ignored",
       &kTurned,
       {on_flags([](Settings& s) { s.kahn_factor.reset(); })},
       {"polar_ignored", "polarisation_of_unpolarised_beam"}},
      {"psi not doubled",
       &kTurned,
       {polarisation([](double k, const V& i, const V& d, const V& axis) {
         const double c = dot(i, d);
         const V b = unit(cross(axis, i));
         const double psi = -std::atan2(dot(d, b), dot(d, unit(cross(i, b))));
         return 0.5 * (1.0 + c * c - k * std::cos(psi) * (1.0 - c * c));
       })},
       {"polarisation_by_single_azimuth"}},
      {"polarisation axis of another convention",
       &kTurned,
       {polarisation([](double k, const V& i, const V& d, const V&) {
         return Formulas::polarisation(k, i, d, {0, 1, 0});
       })},
       {"polarisation_axis_y", "polarisation_kahn_opposite"}},
      {"no polarisation",
       &kSwung,
       {polarisation([](double, const V&, const V&, const V&) { return 1.0; })},
       {"polarisation_left_out"}},
      {"half the horizontal divergence",
       &kBeams,
       {on_flags([](Settings& s) { *s.hdiv_range_mrad *= 0.5; })},
       {"hdivrange_half", "hdiv_half_range"}},
  };
}

std::vector<Fault> second_part() {
  return {
      {"horizontal for vertical",
       &kBeams,
       {on_flags([](Settings& s) {
         std::swap(s.hdiv_range_mrad, s.vdiv_range_mrad);
         std::swap(s.hdiv_steps, s.vdiv_steps);
       })},
       {"swapped_divergence"}},
      {"dispersion not centred",
       &kBeams,
       {on_plan([](SamplingPlan& p) {
         for (auto& ray : p.beam.sources) ray.wavelength_m += 0.01 * 1.2e-10;
       })},
       {"dispersion_not_centred"}},
      {"percent for a fraction",
       &kBeams,
       {on_flags([](Settings& s) { *s.dispersion_percent *= 0.01; })},
       {"dispersion_times_0.01"}},
      {"one wavelength",
       &kBeams,
       {on_plan([](SamplingPlan& p) {
         for (auto& ray : p.beam.sources) ray.wavelength_m = 1.2e-10;
       })},
       {"one_wavelength"}},
      {"last source alone",
       &kBeams,
       {counted([](const TermPlace& at) { return at.source == 29; })},
       {"source_last_alone"}},
      {"wavelength in another unit",
       &kTurned,
       {on_flags([](Settings& s) { *s.wavelength_A *= 10.0; })},
       {"lambda_times_10"}},
  };
}

}  // namespace

std::vector<Fault> beam_faults() { return joined({first_part(), second_part()}); }

}  // namespace nanobragg::test
