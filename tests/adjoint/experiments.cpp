// Adds to the options what derivatives alone need.
#include "adjoint/experiments.hpp"

#include "nanobragg/base/constants.hpp"

namespace nanobragg::test {

std::vector<NamedExperiment> differentiable_experiments() {
  std::vector<NamedExperiment> all = option_experiments();
  const auto add = [&](const std::string& name, void (*change)(ExperimentParts&)) {
    all.push_back({name, small_experiment()});
    change(all.back().parts);
  };
  add("matrix", [](ExperimentParts& e) {
    const Axes<double> standard = standard_reciprocal_axes(*e.crystal.cell);
    e.crystal.cell.reset();
    e.crystal.reciprocal_axes = transform(standard, [](const auto& v) {
      return rotate_xyz(v, {0.3, -0.4, 0.5});
    });
  });
  add("b_factor_and_tricubic", [](ExperimentParts& e) {
    e.crystal.cells = {1, 2, 2};
    e.crystal.b_factor = 30.0;
    e.structure_factors = random_amplitudes(12, 3.0, 2);
    e.sampling.interpolation = Interpolation::tricubic;
  });
  add("unpolarised_beam", [](ExperimentParts& e) { e.beam.kahn_factor = 0.0; });
  add("beamstop_before_a_table", [](ExperimentParts& e) {
    e.water = Metre(5e-8);
    e.structure_factors = random_amplitudes(12, 3.0, 2);
    e.beamstop = Beamstop{Metre(1.3e-3), Metre(0.03), Metre(6e-4)};
  });
  add("spherical_sensor", [](ExperimentParts& e) {
    e.curvature = Curvature::spherical;
    e.sensor = {{3, 4.5e-4, {}}, 1.0 / 3e-4};
    e.sampling.oversample = 2;
  });
  return all;
}

}  // namespace nanobragg::test
