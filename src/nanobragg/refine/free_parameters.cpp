// Ties, transforms and bounds of parameters.
#include "nanobragg/refine/free_parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "nanobragg/base/error.hpp"
#include "nanobragg/plan/parametrisation.hpp"
#include "nanobragg/plan/variables.hpp"

namespace nanobragg::refine {
namespace {

using Id = plan::ParameterId;

bool is_of_cell(Id id) { return id <= Id::cell_gamma; }

// Those of the request in its order, with what the system ties or fixes.
std::vector<std::vector<Id>> groups_of(std::span<const Id> ids, const CellConstraints& cell) {
  std::vector<std::vector<Id>> groups;
  for (const Id id : ids) {
    if (!is_of_cell(id)) {
      groups.push_back({id});
      continue;
    }
    for (const std::vector<Id>& tied : cell.free) {
      const bool is_in = std::ranges::find(tied, id) != tied.end();
      if (is_in && std::ranges::find(groups, tied) == groups.end()) groups.push_back(tied);
    }
  }
  return groups;
}

FreeParameter free_parameter(const std::vector<Id>& ids, double start) {
  const plan::Parameter& row = plan::info(ids.front());
  const bool in_proportion = row.scale == 0.0;
  std::string name = plan::name_of(ids.front());
  if (in_proportion && !(start > 0.0)) {
    throw UsageError(fmt::format("parameter '{}' starts at 0 (it is refined in proportion)", name),
                     "", "give a start above 0");
  }
  for (std::size_t i = 1; i < ids.size(); ++i) name += fmt::format("={}", plan::name_of(ids[i]));
  return {.name = name,
          .ids = ids,
          .transform = in_proportion ? Transform::logarithmic : Transform::linear,
          .start = start,
          .scale = in_proportion ? 1.0 : row.scale,
          .lower = row.lower,
          .upper = row.upper};
}

void narrow(FreeParameter& parameter, const Bound& bound) {
  const plan::Parameter& row = plan::info(bound.id);
  parameter.lower = std::max(parameter.lower, bound.lower);
  parameter.upper = std::min(parameter.upper, bound.upper);
  if (parameter.start >= parameter.lower && parameter.start <= parameter.upper) return;
  throw UsageError(
      fmt::format("the bounds of {} exclude its start (it is {:g} {}, the bounds are {:g} to {:g})",
                  plan::name_of(bound.id), parameter.start * row.per_internal, row.unit,
                  bound.lower * row.per_internal, bound.upper * row.per_internal),
      "", "widen them or start elsewhere");
}

void check_effects(const Experiment& experiment, std::span<const Id> ids) {
  for (const Id id : ids) {
    const std::string why = plan::why_without_effect(id, experiment);
    if (why.empty()) continue;
    throw UsageError(fmt::format("parameter '{}' has no effect ({})", plan::name_of(id), why), "",
                     "leave it out of --parameters");
  }
}

}  // namespace

double value_at(const FreeParameter& p, double x) {
  if (x == 0.0) return p.start;
  switch (p.transform) {
    case Transform::linear:
      return p.start + p.scale * x;
    case Transform::logarithmic:
      return p.start * std::exp(p.scale * x);
    case Transform::power:
      break;
  }
  return std::pow(std::pow(p.start, p.power) + p.scale * x, 1.0 / p.power);
}

double slope_at(const FreeParameter& p, double x) {
  switch (p.transform) {
    case Transform::linear:
      return p.scale;
    case Transform::logarithmic:
      return p.scale * (p.start * std::exp(p.scale * x));
    case Transform::power:
      break;
  }
  return p.scale / p.power * std::pow(value_at(p, x), 1.0 - p.power);
}

double coordinate_of(const FreeParameter& p, double value) {
  if (p.transform == Transform::linear) return (value - p.start) / p.scale;
  if (p.transform == Transform::power) {
    return (std::pow(value, p.power) - std::pow(p.start, p.power)) / p.scale;
  }
  const double ratio = value / p.start;
  return ratio > 0.0 ? std::log(ratio) / p.scale : -std::numeric_limits<double>::infinity();
}

double usual_step_of(const FreeParameter& p) {
  return p.transform == Transform::logarithmic ? 1.0 / p.scale : 1.0;
}

plan::ParameterValues<double> FreeParameters::values_at(std::span<const double> x) const {
  plan::ParameterValues<double> values = start;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const FreeParameter& parameter = list[i];
    const double value = value_at(parameter, x[i]);
    for (std::size_t j = 0; j < parameter.ids.size(); ++j) {
      double& moved = values[parameter.ids[j]];
      if (parameter.weights.empty()) {
        moved = value;
      } else {
        moved += parameter.weights[j] * (value - parameter.start);
      }
    }
  }
  return values;
}

std::optional<std::size_t> FreeParameters::index_of(Id id) const {
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (std::ranges::find(list[i].ids, id) != list[i].ids.end()) return i;
  }
  return std::nullopt;
}

FreeParameters free_parameters(const Experiment& experiment, const ParameterRequest& request) {
  FreeParameters out;
  out.start = plan::values_of(experiment);
  const CellParameters<double> cell = plan::cell_at(out.start);
  out.system = request.system.value_or(detect_system(cell, request.tolerance));
  if (std::ranges::any_of(request.ids, is_of_cell)) {
    plan::set_cell(out.start, constrained(out.system, cell));
  }
  for (const auto& ids : groups_of(request.ids, constraints_of(out.system, cell))) {
    check_effects(experiment, ids);
    out.list.push_back(free_parameter(ids, out.start[ids.front()]));
  }
  for (const Bound& bound : request.bounds) {
    const auto index = out.index_of(bound.id);
    if (!index) {
      throw UsageError(fmt::format("a bound on {} (it is not refined)", plan::name_of(bound.id)));
    }
    narrow(out.list[*index], bound);
  }
  return out;
}

}  // namespace nanobragg::refine
