// What images are differentiated by: parameters of the table and single amplitudes, by name.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "nanobragg/model/structure_factors.hpp"
#include "nanobragg/plan/parameters.hpp"

namespace nanobragg::plan {

// A parameter, or the amplitude |F| of one reflection.
using Variable = std::variant<ParameterId, MillerIndex>;

// "cell_a", "panel[2].shift_fast", "F(1,-2,3)".
std::string name_of(const Variable& variable);
// Users' units in an internal one; those of amplitudes are electrons.
double per_internal(const Variable& variable);

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
// The same where F cannot be meant.
std::vector<Variable> find_single_variables(std::span<const std::string> names,
                                            std::size_t panels = 1);

// Where an amplitude stands in the table. Throws UsageError where the table does not hold it.
std::size_t table_position(MillerIndex index, const StructureFactors& factors);

}  // namespace nanobragg::plan
