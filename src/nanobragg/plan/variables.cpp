// Reads names: the one place that knows what they mean.
#include "nanobragg/plan/variables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <memory>
#include <unordered_map>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/suggest.hpp"
#include "nanobragg/model/equivalents.hpp"

namespace nanobragg::plan {
namespace {

// F(h,k,l) with whole numbers; unset for any other name.
std::optional<MillerIndex> reflection_in(std::string_view name) {
  if (!name.starts_with("F(") || !name.ends_with(")")) return std::nullopt;
  std::string_view rest = name.substr(2);
  std::array<std::int32_t, 3> hkl{};
  for (std::size_t i = 0; i < hkl.size(); ++i) {
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), hkl[i]);
    if (error != std::errc()) return std::nullopt;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    if (!rest.starts_with(i < 2 ? ',' : ')')) return std::nullopt;
    rest.remove_prefix(1);
  }
  if (!rest.empty()) return std::nullopt;
  return MillerIndex{hkl[0], hkl[1], hkl[2]};
}

// What panel[k].name, panel[k].group and panel[k] stand for, or panel[*]… ; unset for another name.
std::optional<std::vector<Variable>> motions_in(const std::string& name, std::size_t panels) {
  constexpr std::string_view kStart = "panel[";
  if (!name.starts_with(kStart)) return std::nullopt;
  const std::size_t end = name.find(']');
  const std::string_view number =
      std::string_view(name).substr(kStart.size(), std::min(end, name.size()) - kStart.size());
  std::size_t panel = 0;
  const auto [last, error] = std::from_chars(number.data(), number.data() + number.size(), panel);
  const bool is_every = number == "*";
  const bool is_number = error == std::errc() && last == number.data() + number.size();
  std::string_view rest =
      end == std::string::npos ? std::string_view("?") : std::string_view(name).substr(end + 1);
  if (rest.starts_with('.')) rest.remove_prefix(1);
  std::vector<Variable> found;
  const std::size_t first = is_every ? 0 : panel;
  for (std::size_t i = first; i < (is_every ? panels : panel + 1); ++i) {
    for (std::size_t m = 0; m < kMotionCount; ++m) {
      const Parameter& row = motions()[m];
      const bool is_meant = rest.empty() || rest == row.name || rest == row.group;
      if (is_meant) found.emplace_back(id_of({i, static_cast<Motion>(m)}));
    }
  }
  if ((!is_every && !is_number) || found.empty()) {
    throw UsageError(fmt::format("'{}' names no motion of a panel", name), "",
                     "panel[0].shift_fast, for example; panel[0].shift, .turn or panel[0] for "
                     "several, panel[*] for every panel");
  }
  if (!is_every && panel >= panels) {
    throw UsageError(fmt::format("'{}' (the detector has {} panels)", name, panels), "",
                     "panels are counted from 0");
  }
  return found;
}

UsageError unknown(const std::string& name) {
  if (name.starts_with("F(") || name.starts_with("f(")) {
    return UsageError(fmt::format("'{}' is not F(h,k,l)", name), "",
                      "three whole numbers, as in F(1,-2,3)");
  }
  std::vector<std::string> known{"F"};
  for (const Parameter& row : parameters()) {
    known.emplace_back(row.name);
    if (!row.group.empty()) known.emplace_back(row.group);
  }
  const auto likely = nearest(name, known);
  return UsageError("unknown parameter '" + name + "' (no such name)", "",
                    likely ? "did you mean '" + *likely + "'?" : "--help lists the parameters");
}

std::vector<Variable> find_by_name_or_group(const std::string& name, std::size_t panels) {
  if (name.empty()) {
    throw UsageError("a parameter without a name (nothing stands before, after or between commas)");
  }
  if (const auto index = reflection_in(name)) return {*index};
  if (auto motions = motions_in(name, panels)) return *std::move(motions);
  std::vector<Variable> found;
  for (const Parameter& row : parameters()) {
    if (row.name == name || row.group == name) found.emplace_back(row.id);
  }
  if (found.empty()) throw unknown(name);
  return found;
}

UsageError twice(const std::string& name) {
  return UsageError("parameter '" + name + "' is named twice");
}

}  // namespace

std::string name_of(const Variable& variable) {
  if (const auto* id = std::get_if<ParameterId>(&variable)) {
    const auto motion = motion_in(*id);
    return motion ? fmt::format("panel[{}].{}", motion->panel, info(*id).name)
                  : std::string(info(*id).name);
  }
  const auto [h, k, l] = std::get<MillerIndex>(variable);
  return fmt::format("F({},{},{})", h, k, l);
}

double per_internal(const Variable& variable) {
  const auto* id = std::get_if<ParameterId>(&variable);
  return id ? info(*id).per_internal : 1.0;
}

VariableRange range_of(const Variable& variable, const Experiment& experiment) {
  const double here = value_of(variable, experiment);
  if (amplitude_in(variable)) {
    return {0.0, std::numeric_limits<double>::infinity(), std::abs(here)};
  }
  const Parameter& row = info(std::get<ParameterId>(variable));
  return {row.lower, row.upper, row.scale > 0.0 ? row.scale : std::abs(here)};
}

double value_of(const Variable& variable, const Experiment& experiment) {
  if (const auto index = amplitude_in(variable)) {
    const StructureFactors& factors = *experiment.structure_factors;
    return factors.table()[table_position(*index, factors)];
  }
  return values_of(experiment)[std::get<ParameterId>(variable)];
}

Experiment with_values(const Experiment& experiment, std::span<const VariableValue> values) {
  ParameterValues<double> parameters = values_of(experiment);
  const StructureFactors& old = *experiment.structure_factors;
  std::vector<double> table;
  std::vector<Variable> named;
  for (const auto& [variable, value] : values) {
    named.push_back(variable);
    if (const auto* id = std::get_if<ParameterId>(&variable)) {
      parameters[*id] = value;
      continue;
    }
    if (table.empty()) table.assign(old.table().begin(), old.table().end());
    for (const std::size_t position : table_positions(std::get<MillerIndex>(variable), old)) {
      table[position] = value;
    }
  }
  check_no_mates(named, old);
  Experiment moved = with_values(experiment, parameters);
  if (!table.empty()) {
    moved.structure_factors =
        std::make_shared<const StructureFactors>(old.with_table(std::move(table)));
  }
  return moved;
}

std::vector<std::string> split_names(std::span<const std::string> words) {
  std::vector<std::string> names;
  for (const std::string& word : words) {
    names.emplace_back();
    bool is_open = false;
    for (const char c : word) {
      if (c == ',' && !is_open) {
        names.emplace_back();
        continue;
      }
      names.back() += c;
      if (c == '(' || c == ')') is_open = c == '(';
    }
  }
  return names;
}

NamedVariables find_variables(std::span<const std::string> names, std::size_t panels) {
  NamedVariables found;
  bool is_any_single = false;
  for (const std::string& name : names) {
    if (name == "F") {
      if (found.every_amplitude) throw twice(name);
      found.every_amplitude = true;
      continue;
    }
    for (const Variable& variable : find_by_name_or_group(name, panels)) {
      if (std::ranges::find(found.list, variable) != found.list.end()) {
        throw twice(name_of(variable));
      }
      is_any_single = is_any_single || std::holds_alternative<MillerIndex>(variable);
      found.list.push_back(variable);
    }
  }
  if (found.every_amplitude && is_any_single) {
    throw UsageError("F with F(h,k,l) (F is every amplitude that shows)", "",
                     "leave out one of them");
  }
  return found;
}

std::vector<Variable> find_single_variables(std::span<const std::string> names,
                                            std::size_t panels) {
  NamedVariables found = find_variables(names, panels);
  if (found.every_amplitude) {
    throw UsageError("F is every amplitude (here single ones are named)", "",
                     "F(1,-2,3) is one of them");
  }
  return std::move(found.list);
}

std::size_t table_position(MillerIndex index, const StructureFactors& factors) {
  if (!factors.has_table()) {
    throw UsageError(
        fmt::format("no table of amplitudes holds {} (all are -default_F)", name_of(index)), "",
        "give one with -hkl or -model");
  }
  const auto& [min, max] = factors.box();
  if (!factors.box().contains(index)) {
    throw UsageError(
        fmt::format("unknown parameter '{}' (the table holds h {} to {}, k {} to {}, l {} to {})",
                    name_of(index), min.h, max.h, min.k, max.k, min.l, max.l));
  }
  if (factors.equivalents() && factors.equivalents()->reaches_outside(index)) {
    throw UsageError(fmt::format(
        "unknown parameter '{}' (the table does not hold all of its equivalents)", name_of(index)));
  }
  return factors.position(index);
}

std::vector<std::size_t> table_positions(MillerIndex index, const StructureFactors& factors) {
  return factors.positions_like(table_position(index, factors));
}

void check_no_mates(std::span<const Variable> variables, const StructureFactors& factors) {
  std::unordered_map<std::size_t, MillerIndex> named;
  for (const Variable& variable : variables) {
    const auto index = amplitude_in(variable);
    if (!index) continue;
    const std::size_t reflection = factors.reflection_at(table_position(*index, factors));
    const auto [first, is_new] = named.emplace(reflection, *index);
    if (is_new) continue;
    if (first->second == *index) throw twice(name_of(*index));
    throw UsageError(
        fmt::format("parameter '{}' is named twice ({} is its mate by {})", name_of(first->second),
                    name_of(*index), factors.equivalents()->symmetry().group.name),
        "", "leave out one of them");
  }
}

}  // namespace nanobragg::plan
