// The parameters of all groups together, and their names.
#include "nanobragg/plan/parameters.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/plan/parameter_groups.hpp"
#include "nanobragg/plan/variables.hpp"

namespace nanobragg::plan {
namespace {

using Id = ParameterId;

// In the order of ParameterId.
const std::array<ParameterGroup, 4>& groups() {
  static const std::array kGroups{crystal_parameters(), detector_parameters(), beam_parameters(),
                                  background_parameters()};
  return kGroups;
}

std::vector<Parameter> all_rows() {
  std::vector<Parameter> rows;
  for (const ParameterGroup& group : groups()) {
    rows.insert(rows.end(), group.rows.begin(), group.rows.end());
  }
  return rows;
}

}  // namespace

ParameterId id_of(const MotionOfPanel& of) {
  return static_cast<Id>(kParameterCount + of.panel * kMotionCount +
                         static_cast<std::size_t>(of.motion));
}

std::optional<MotionOfPanel> motion_in(ParameterId id) {
  const auto i = static_cast<std::size_t>(id);
  if (i < kParameterCount) return std::nullopt;
  return MotionOfPanel{(i - kParameterCount) / kMotionCount,
                       static_cast<Motion>((i - kParameterCount) % kMotionCount)};
}

std::span<const Parameter> parameters() {
  static const std::vector<Parameter> kRows = all_rows();
  return kRows;
}
std::span<const Parameter> motions() { return motion_rows(); }

const Parameter& info(ParameterId id) {
  if (const auto motion = motion_in(id)) return motions()[static_cast<std::size_t>(motion->motion)];
  return parameters()[static_cast<std::size_t>(id)];
}

std::vector<ParameterId> parameters_of(const Experiment& experiment) {
  std::vector<ParameterId> ids;
  for (const Parameter& row : parameters()) {
    const bool is_of_absent_slab =
        row.id >= slab_thickness(experiment.slabs.size()) && row.id < slab_thickness(kMostSlabs);
    const bool is_of_absent_image = row.id >= measured_scale(experiment.measured.size()) &&
                                    row.id < measured_scale(kMostMeasured);
    const bool is_of_no_tensor = row.id >= Id::b_11 && row.id <= Id::b_23 &&
                                 !experiment.crystal->displacements.anisotropic_b;
    const bool is_of_no_motion = row.id >= Id::sigma_x && row.id <= Id::gamma_z &&
                                 !experiment.crystal->displacements.liquid_motions;
    const std::size_t lattices = experiment.lattices.size();
    const bool is_of_no_lattice =
        (row.id >= lattice_turn(lattices, 0) && row.id < Id::lattice_weight) ||
        (row.id >= lattice_weight(lattices) && row.id < lattice_weight(kMostRefinedLattices));
    const bool is_of_no_spread = row.id == Id::point_spread && !experiment.detector.point_spread;
    const bool is_absent = is_of_absent_slab || is_of_absent_image || is_of_no_tensor ||
                           is_of_no_motion || is_of_no_lattice || is_of_no_spread;
    if (!is_absent) ids.push_back(row.id);
  }
  const std::size_t panels = experiment.detector.panels.size();
  for (std::size_t i = 0; i < panels * kMotionCount && panels > 1; ++i) {
    ids.push_back(static_cast<Id>(kParameterCount + i));
  }
  return ids;
}

std::vector<ParameterId> find_parameters(std::span<const std::string> names, std::size_t panels) {
  std::vector<ParameterId> ids;
  for (const Variable& variable : find_single_variables(names, panels)) {
    const auto* id = std::get_if<ParameterId>(&variable);
    if (!id) {
      throw UsageError(name_of(variable) +
                       " is an amplitude (here a parameter of the table is named)");
    }
    ids.push_back(*id);
  }
  return ids;
}

ParameterValues<double> values_of(const Experiment& e) {
  ParameterValues<double> v;
  for (const ParameterGroup& group : groups()) v = group.read(e, v);
  return v;
}

namespace {

void check_panels(const ParameterValues<double>& v, std::size_t panels) {
  for (std::size_t i = kParameterCount + panels * kMotionCount; i < v.all().size(); ++i) {
    if (v.all()[i] == 0.0) continue;
    throw UsageError(
        fmt::format("{} (the detector has {} panels)", name_of(static_cast<Id>(i)), panels), "",
        "panels are counted from 0");
  }
}

// What does not differ from `before` has been accepted already.
void check_bounds(const ParameterValues<double>& v, const ParameterValues<double>& before) {
  for (std::size_t i = 0; i < v.all().size(); ++i) {
    const auto id = static_cast<Id>(i);
    const Parameter& row = info(id);
    const double value = v[id];
    if (value == before[id]) continue;
    if (std::isfinite(value) && value >= row.lower && value <= row.upper) continue;
    throw Error(fmt::format("impossible value {:g} {} of {} ({:g} to {:g})",
                            value * row.per_internal, row.unit, name_of(id),
                            row.lower * row.per_internal, row.upper * row.per_internal));
  }
}

}  // namespace

Experiment with_values(const Experiment& e, const ParameterValues<double>& v) {
  check_bounds(v, values_of(e));
  check_panels(v, e.detector.panels.size());
  Experiment out = e;
  for (const ParameterGroup& group : groups()) out = group.write(std::move(out), v);
  return out;
}

std::string why_without_effect(ParameterId id, const Experiment& experiment) {
  for (const ParameterGroup& group : groups()) {
    const std::string why = group.why_without_effect(id, experiment);
    if (!why.empty()) return why;
  }
  return "";
}

}  // namespace nanobragg::plan
