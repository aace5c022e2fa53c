// Faults of how the crystal is turned.
#include "golden/faults/fault_makers.hpp"

namespace nanobragg::test {
namespace {

std::vector<Fault> first_part() {
  return {
      {"spindle backwards",
       &kTurned,
       {turned([](plan::CrystalSamples& c) {
         c.continuous.spindle_axis = -c.continuous.spindle_axis;
       })},
       {"spindle_sign*", "spindle_about_-z"}},
      {"mid-step",
       &kTurned,
       {turned([](plan::CrystalSamples& c) {
         for (double& phi : c.phi_rad) phi += 0.5 * c.oscillation.step;
       })},
       {"spindle_at_mid_step"}},
      {"osc/(n-1)",
       &kTurned,
       {turned([](plan::CrystalSamples& c) {
         for (std::size_t i = 0; i < 3; ++i) {
           c.phi_rad[i] = c.phi_rad[0] + static_cast<double>(i) * kPi / 360.0;
         }
       })},
       {"spindle_over_n_less_1"}},
      {"start ignored",
       &kTurned,
       {on_flags([](Settings& s) { s.phi_deg.reset(); })},
       {"phi_ignored"}},
      {"misset ignored",
       &kTurned,
       {on_flags([](Settings& s) { s.misset_deg.reset(); })},
       {"misset_ignored"}},
      {"misset in degrees",
       &kTurned,
       {on_flags([](Settings& s) { s.misset_deg = (180.0 / kPi) * *s.misset_deg; })},
       {"misset_degrees_as_radians"}},
      {"misset backwards",
       &kTurned,
       {on_flags([](Settings& s) { s.misset_deg = -*s.misset_deg; })},
       {"misset_negated"}},
  };
}

std::vector<Fault> second_part() {
  return {
      {"misset zyx",
       &kTurned,
       {turned([](plan::CrystalSamples& c) {
         constexpr double kDegree = kPi / 180.0;
         const V m{15 * kDegree, 20.5 * kDegree, 30.25 * kDegree};
         const auto back = [&](V v) {
           v = rotate_xyz(v, {0, 0, -m.z});
           v = rotate_xyz(v, {0, -m.y, 0});
           return rotate_xyz(v, {-m.x, 0, 0});
         };
         const auto forth = [&](V v) {
           v = rotate_xyz(v, {0, 0, m.z});
           v = rotate_xyz(v, {0, m.y, 0});
           return rotate_xyz(v, {m.x, 0, 0});
         };
         const auto turn = [&](const V& v) { return forth(back(v)); };
         c.lattice.direct = transform(c.lattice.direct, turn);
         c.lattice.reciprocal = transform(c.lattice.reciprocal, turn);
       })},
       {"misset_order_zyx"}},
      {"matrix transposed",
       &kCustom,
       {turned([](plan::CrystalSamples& c) {
         const auto& [a, b, d] = c.lattice.reciprocal;
         c.lattice.reciprocal = {{a.x, b.x, d.x}, {a.y, b.y, d.y}, {a.z, b.z, d.z}};
         c.lattice.direct = reciprocal_of(c.lattice.reciprocal);
       })},
       {"axes_transposed"}},
      {"matrix without wavelength",
       &kCustom,
       {turned([](plan::CrystalSamples& c) {
         c.lattice.reciprocal =
             transform(c.lattice.reciprocal, [](const V& v) { return 0.9768 * v; });
         c.lattice.direct = reciprocal_of(c.lattice.reciprocal);
       })},
       {"matrix_without_wavelength"}},
      {"mosaic transposed",
       &kTurned,
       {turned([](plan::CrystalSamples& c) {
         for (auto& turn : c.domains) turn = transpose(turn);
       })},
       {"mosaic_transposed"}},
      {"first domain alone",
       &kTurned,
       {counted([](const TermPlace& at) { return at.domain == 0; })},
       {"domain_first_alone"}},
      {"last step alone",
       &kTurned,
       {counted([](const TermPlace& at) { return at.spindle_step == 2; })},
       {"spindle_step_last_alone"}},
  };
}

std::vector<Fault> third_part() {
  return {
      {"mosaic ignored",
       &kTurned,
       {on_flags([](Settings& s) { s.mosaic_spread_deg.reset(); })},
       {"mosaic_ignored"}},
      {"a step late",
       &kTurned,
       {on_plan([](SamplingPlan& p) {
         auto& lattices = p.crystal.lattices;
         std::copy_backward(lattices.begin(), lattices.end() - 4, lattices.end());
       })},
       {"step_before"}},
      {"angles of the cell ignored",
       &kTurned,
       {on_flags([](Settings& s) { s.cell->resize(3); })},
       {"cell_angles_of_90"}},
  };
}

}  // namespace

std::vector<Fault> orientation_faults() {
  return joined({first_part(), second_part(), third_part()});
}

}  // namespace nanobragg::test
