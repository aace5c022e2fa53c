// Options of several numbers: a vector, a cell.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "nanobragg/commands/audit/change.hpp"
#include "nanobragg/config/options/option.hpp"

namespace nanobragg::commands {

using SettingsEdit = std::function<config::Settings(config::Settings)>;
// Of one option: what the change is called behind the option's name, what it does, and itself.
using AddEdit = std::function<void(const std::string&, const std::string&, const SettingsEdit&)>;

// Three numbers: other signs, units, orders, and one for another.
void add_vector_changes(config::Member<Vector> member, const std::string& flag, const AddEdit& add);

// Lengths and angles of a cell.
struct CellOption {
  std::string flag;
  std::vector<double> given;
};
void add_cell_changes(config::Member<std::vector<double>> member, const CellOption& of,
                      const AddEdit& add);

}  // namespace nanobragg::commands
