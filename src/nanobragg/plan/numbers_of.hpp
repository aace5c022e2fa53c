// From parameters to the numbers of a plan and its samples, in any arithmetic: where derivatives
// enter.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "nanobragg/model/experiment.hpp"
#include "nanobragg/plan/numbers.hpp"
#include "nanobragg/plan/parameters.hpp"
#include "nanobragg/plan/sources.hpp"

namespace nanobragg::plan {

// The numbers of one panel of an experiment, with the parameters at `values`. What is not a
// parameter (counts, directions of axes, seeds) is taken from the experiment. For T = double and
// Dual<double, 1>.
template <class T>
PlanNumbers<T> numbers_of(const Experiment& experiment, std::size_t panel,
                          const ParameterValues<T>& values);

// The samples that follow from the numbers, in the order of the plan. For T = double,
// Dual<double, 1> and, of rays, Dual<double, 4>.
template <class T>
std::vector<Axes<T>> lattices_of(const Experiment& experiment, const CrystalNumbers<T>& numbers);
template <class T>
std::vector<Ray<T>> rays_of(const Experiment& experiment, const BeamNumbers<T>& numbers);

// ∂numbers/∂parameter: one row for each parameter, by dual numbers, exact to rounding.
using NumberTangent = std::array<double, kPlanNumbers>;
std::vector<NumberTangent> number_tangents(const Experiment& experiment, std::size_t panel,
                                           std::span<const ParameterId> ids);

// How the lattice of one spindle step and domain turns. All in the laboratory frame.
struct TurnTangent {
  Vec3<double> spindle;  // turn for one radian of the spindle
  double step = 0.0;     // spindle steps from the first
  Vec3<double> mosaic;   // turn for one radian of mosaic spread
};

// How one ray changes with the numbers of the beam.
struct RayTangent {
  Vec3<double> by_horizontal, by_vertical;         // of the direction, for one radian
  double by_wavelength = 0.0, by_bandwidth = 0.0;  // of the wavelength, m
};

// One entry a lattice of the plan, and one a source.
struct SampleTangents {
  std::vector<TurnTangent> turns;
  std::vector<RayTangent> rays;
};
SampleTangents sample_tangents(const Experiment& experiment);

}  // namespace nanobragg::plan
