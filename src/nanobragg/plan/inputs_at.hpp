// From an experiment and its parameters to the inputs of a plan, in any arithmetic: where
// derivatives enter.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "nanobragg/model/experiment.hpp"
#include "nanobragg/plan/parameters.hpp"
#include "nanobragg/plan/plan_inputs.hpp"

namespace nanobragg::plan {

// The inputs of the plan of an experiment, which keep every bit of its values. Of these all plans
// are sampled.
CrystalInputs<double> crystal_inputs(const Experiment& experiment);
BeamInputs<double> beam_inputs(const Experiment& experiment);

// The inputs of one panel's plan with the parameters at `values`. What is not a parameter (counts,
// directions of axes, seeds) is taken from the experiment. For T = double and Dual<double, 1>.
template <class T>
PlanInputs<T> inputs_at(const Experiment& experiment, std::size_t panel,
                        const ParameterValues<T>& values);

// What a plan is of.
struct PlanPart {
  std::size_t panel;
  std::optional<std::size_t> lattice = {};  // of several; unset: of a crystal that is one
};

// ∂input/∂parameter: one row for each parameter, by dual numbers, exact to rounding. Of a lattice,
// that its share changes is a change of its blocks.
using InputTangent = std::array<double, kPlanInputs>;
std::vector<InputTangent> input_tangents(const Experiment& experiment, const PlanPart& part,
                                         std::span<const ParameterId> ids);

// How the lattice of one spindle step and domain turns. All in the laboratory frame.
struct TurnTangent {
  Vec3<double> spindle;  // turn for one radian of the spindle
  double step = 0.0;     // spindle steps from the first
  Vec3<double> mosaic;   // turn for one radian of mosaic spread
  double cell = 0.0;     // relative growth for one of cell spread
};

// How one ray changes with the inputs of the beam.
struct RayTangent {
  Vec3<double> by_horizontal, by_vertical;         // of the direction, for one radian
  double by_wavelength = 0.0, by_bandwidth = 0.0;  // of the wavelength, m
};

// One entry a lattice of the plan, one a source, and one a line.
struct SampleTangents {
  std::vector<TurnTangent> turns;
  std::vector<RayTangent> rays;
  std::vector<RayTangent> lines;  // of the rays without what is normally distributed
};
SampleTangents sample_tangents(const Experiment& experiment);

}  // namespace nanobragg::plan
