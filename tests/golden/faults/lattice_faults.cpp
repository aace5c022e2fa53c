// Faults of indices, lattice factor and amplitude.
#include "golden/faults/fault_makers.hpp"

namespace nanobragg::test {
namespace {

std::vector<Fault> first_part() {
  return {
      {"N + 1",
       &kCustom,
       {on_plan([](SamplingPlan& p) {
         for (double& n : p.crystal.cells) n += 1.0;
       })},
       {"cells_one_more"}},
      {"Nb - 1",
       &kTurned,
       {on_plan([](SamplingPlan& p) { p.crystal.cells[1] -= 1.0; })},
       {"Nb_one_less", "cells_b_one_less"}},
      {"sinc for the grating",
       &kCustom,
       {along_axes([](double h, double n) {
         const double x = kPi * n * (h - std::ceil(h - 0.5));
         return n * (x == 0.0 ? 1.0 : std::sin(x) / x);
       })},
       {"sinc_for_grating"}},
      {"no pi",
       &kCustom,
       {along_axes([](double h, double n) { return std::sin(n * h) / std::sin(h); })},
       {"grating_without_pi"}},
      {"floor", &kTurned, {rounded([](double x) { return std::floor(x); })}, {"rounding_by_floor"}},
      {"truncation",
       &kRound,
       {rounded([](double x) { return std::trunc(x); })},
       {"rounding_by_truncation"}},
      {"no volume of a round crystal",
       &kRound,
       {formulas([](ChangedFormulas& f) {
         f.lattice = [](const LatticeAt& at) {
           return LatticeFactor{Formulas::lattice(at).amplitude / 0.723601254558268, {}};
         };
       })},
       {"round_without_volume"}},
      {"fudge ignored",
       &kRound,
       {on_flags([](Settings& s) { s.fudge.reset(); })},
       {"fudge_ignored"}},
      {"fudge of a Gaussian ignored",
       &kGauss,
       {on_flags([](Settings& s) { s.fudge.reset(); })},
       {"fudge_ignored"}},
      {"0.63 left out",
       &kGauss,
       {formulas([](ChangedFormulas& f) {
         f.lattice = [](const LatticeAt& at) {
           return LatticeFactor{12.0 * std::pow(Formulas::lattice(at).amplitude / 12.0, 0.63), {}};
         };
       })},
       {"gauss_without_63"}},
  };
}

std::vector<Fault> second_part() {
  return {
      {"square for round",
       &kRound,
       {on_plan([](SamplingPlan& p) { p.crystal.shape = CrystalShape::square; })},
       {"shape_square"}},
      {"F not squared",
       &kTurned,
       {intensity([](double cell, double lattice) { return cell * lattice * lattice; })},
       {"F_cell_not_squared"}},
      {"F_latt not squared",
       &kTurned,
       {intensity([](double cell, double lattice) { return cell * cell * std::abs(lattice); })},
       {"F_latt_magnitude"}},
      {"F of the next l",
       &kTurned,
       {amplitude([](const AmplitudeAt& at) {
         return at.table.at(physics::nearest_index(at.nearest + V{0, 0, 1}));
       })},
       {"amplitude_at_+0+0+1"}},
      {"default F",
       &kTurned,
       {amplitude([](const AmplitudeAt& at) { return at.table.default_amplitude(); })},
       {"amplitude_default"}},
      {"interpolated",
       &kSwung,
       {amplitude(
           [](const AmplitudeAt& at) { return physics::tricubic_amplitude(at.hkl, at.table); })},
       {"amplitude_interpolated"}},
      {"indices swapped",
       &kSwung,
       {amplitude([](const AmplitudeAt& at) {
         return at.table.at(physics::nearest_index(V{at.nearest.z, at.nearest.y, at.nearest.x}));
       })},
       {"amplitude_lkh"}},
  };
}

}  // namespace

std::vector<Fault> lattice_faults() { return joined({first_part(), second_part()}); }

}  // namespace nanobragg::test
