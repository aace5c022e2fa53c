// Adds to the options what derivatives alone need.
#include "adjoint/experiments.hpp"

#include <memory>
#include <string>

#include "nanobragg/base/constants.hpp"

namespace nanobragg::test {

namespace {

// Of water's density and mass, with an amplitude that changes evenly with sin θ/λ.
AmorphousSlab slab(const std::string& name, double forward, double slope_A, double thickness_m) {
  ScatteringTable table;
  for (int i = 0; i < 5; ++i) {
    table.stol_per_A.push_back(0.25 * i);
    table.amplitude_e.push_back(forward + slope_A * 0.25 * i);
  }
  return {{name, std::make_shared<const ScatteringTable>(table), 1000.0, 0.018},
          Metre(thickness_m)};
}

}  // namespace

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
  add("many_blocks", [](ExperimentParts& e) { e.crystal.blocks = 1234.5; });
  add("unpolarised_beam", [](ExperimentParts& e) { e.beam.kahn_factor = 0.0; });
  add("beamstop_before_a_table", [](ExperimentParts& e) {
    e.water = Metre(5e-8);
    e.structure_factors = random_amplitudes(12, 3.0, 2);
    e.beamstop = Beamstop{Metre(1.3e-3), Metre(0.03), Metre(6e-4)};
  });
  add("arm_before_a_table", [](ExperimentParts& e) {
    e.structure_factors = random_amplitudes(12, 3.0, 2);
    e.beamstop = Beamstop{Metre(1.3e-3), Metre(0.03), Metre(2e-4),
                          BeamstopArm{unit(Vec3<double>{2.0, 1.0, 0.0}), Metre(7e-4)}};
  });
  add("spherical_sensor", [](ExperimentParts& e) {
    e.curvature = Curvature::spherical;
    e.sensor = {{3, 4.5e-4, {}}, 1.0 / 3e-4};
    e.sampling.oversample = 2;
  });
  add("slabs", [](ExperimentParts& e) {
    // What grows evenly has squares that cubics go through.
    e.stages.slabs = {slab("bright", 20.0, -9.0, 2e-5), slab("dark", -3.0, -2.0, 1e-5)};
    // As bright as the crystal, whose spots would be lost in differences of more.
    e.beam.fluence = 1e18;
    e.beam.size = Metre(1e-9);
    e.beam.dispersion = {3, 0.04, {}};
    e.sensor = {{2, 4.5e-4, {}}, 1.0 / 3e-4};
    e.beamstop = Beamstop{Metre(1.3e-3), Metre(0.03), Metre(6e-4)};
    e.sampling.background_oversample = 2;
  });
  return all;
}

}  // namespace nanobragg::test
