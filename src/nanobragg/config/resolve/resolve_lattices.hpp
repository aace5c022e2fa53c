// The lattices of a crystal, resolved from -lattice.
#pragma once

#include <string>
#include <vector>

#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/model/experiment.hpp"

namespace nanobragg::config {

// In the order of the flags; empty without any. Throws UsageError for values that are wrong.
std::vector<LatticePart> resolve_lattices(const Settings& settings);

// Where one lattice is given, which is not beside the crystal but instead of it.
std::vector<std::string> lattice_warnings(const Settings& settings);

}  // namespace nanobragg::config
