// What a refinement moves: scaled coordinates, each for one value or for several that are equal.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "nanobragg/plan/parameters.hpp"
#include "nanobragg/refine/crystal_system.hpp"

namespace nanobragg::refine {

// value = start + scale·x; start·exp(scale·x) for what keeps its sign by nature and varies in
// proportion; or value^power = start^power + scale·x for what widens spots by its square: there the
// loss still has a slope where one of several spreads is small beside the others.
enum class Transform : std::uint8_t { linear, logarithmic, power };

struct FreeParameter {
  std::string name;
  // The first gives name, unit and bounds; none for an amplitude.
  std::vector<plan::ParameterId> ids;
  // By how much each of them moves for one unit of the value; empty: they all have the value.
  std::vector<double> weights = {};
  Transform transform = Transform::linear;
  double start = 0.0, scale = 1.0;
  double lower = 0.0, upper = 0.0;  // of the value, internal units
  double power = 1.0;
};

double value_at(const FreeParameter& parameter, double x);
double slope_at(const FreeParameter& parameter, double x);  // d value / dx
double coordinate_of(const FreeParameter& parameter, double value);
// How far x moves where the value changes clearly: by its scale, or by a factor of e.
double usual_step_of(const FreeParameter& parameter);

// Bounds and restraints in internal units.
struct Bound {
  plan::ParameterId id;
  double lower, upper;
};
struct Restraint {
  plan::ParameterId id;
  double value, sigma;
};

struct ParameterRequest {
  std::vector<plan::ParameterId> ids;
  std::optional<CrystalSystem> system;  // unset: detected
  CellTolerance tolerance;
  std::vector<Bound> bounds;
};

// The coordinates of a request, and the values at x = 0: those of the experiment, with the cell
// made to meet the demands of its system where it is refined.
struct FreeParameters {
  std::vector<FreeParameter> list;
  plan::ParameterValues<double> start;
  CrystalSystem system = CrystalSystem::triclinic;

  plan::ParameterValues<double> values_at(std::span<const double> x) const;
  // The coordinate that moves a parameter; unset where it stays.
  std::optional<std::size_t> index_of(plan::ParameterId id) const;
};

// Throws UsageError for a parameter without effect (saying why), a bound on what is not refined or
// that excludes the start, and a value of 0 that is refined in proportion.
FreeParameters free_parameters(const Experiment& experiment, const ParameterRequest& request);

}  // namespace nanobragg::refine
