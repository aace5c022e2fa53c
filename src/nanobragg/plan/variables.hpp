// What images are differentiated by and refined: parameters of the table and amplitudes of unique
// reflections, each with its name, unit, bounds and value.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "nanobragg/model/structure_factors.hpp"
#include "nanobragg/plan/parameters.hpp"

namespace nanobragg::plan {

// A parameter, or the amplitude |F| of a reflection and all its mates by symmetry.
using Variable = std::variant<ParameterId, MillerIndex>;

// The amplitude that a variable is; unset for a parameter.
inline std::optional<MillerIndex> amplitude_in(const Variable& variable) {
  const auto* index = std::get_if<MillerIndex>(&variable);
  return index ? std::optional(*index) : std::nullopt;
}

// "cell_a", "panel[2].shift_fast", "F(1,-2,3)".
std::string name_of(const Variable& variable);
// Users' units in an internal one; those of amplitudes are electrons.
double per_internal(const Variable& variable);

// How a value may move, internal units.
struct VariableRange {
  double lower, upper;  // bounds
  double scale;         // a change that shows clearly
};
VariableRange range_of(const Variable& variable, const Experiment& experiment);

// The value in an experiment, internal units. Throws UsageError for an amplitude that no table
// holds.
double value_of(const Variable& variable, const Experiment& experiment);
struct VariableValue {
  Variable variable;
  double value;  // internal units
};
// The experiment with other values: of an amplitude, for all mates. What does not differ keeps
// every bit. Throws Error where the values make no experiment, and as value_of() and
// check_no_mates() do.
Experiment with_values(const Experiment& experiment, std::span<const VariableValue> values);

// The names between the commas of words; a comma within brackets belongs to its name.
std::vector<std::string> split_names(std::span<const std::string> words);

struct NamedVariables {
  std::vector<Variable> list;    // in the order of their names
  bool every_amplitude = false;  // "F"
};
// What names, names of groups, panel[k].name, panel[k] (all motions of it), F(h,k,l) and F stand
// for; panel[*] for each of so many panels. Throws UsageError for an unknown name, naming the
// nearest, for one given twice, and for F beside F(h,k,l).
NamedVariables find_variables(std::span<const std::string> names, std::size_t panels = 1);
// The same where F, every amplitude, is refused.
std::vector<Variable> find_single_variables(std::span<const std::string> names,
                                            std::size_t panels = 1);

// Where an amplitude stands in the table. Throws UsageError where the table does not hold it, or
// not all of its mates.
std::size_t table_position(MillerIndex index, const StructureFactors& factors);
// Where it and its mates stand, in rising order. Throws as table_position() does.
std::vector<std::size_t> table_positions(MillerIndex index, const StructureFactors& factors);
// Throws UsageError where two of the variables are one reflection: they are named twice. Parameters
// may stand among them. Throws as table_position() does.
void check_no_mates(std::span<const Variable> variables, const StructureFactors& factors);

}  // namespace nanobragg::plan
