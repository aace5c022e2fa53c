// The crystal, resolved from flags and a matrix file.
#pragma once

#include <string>
#include <vector>

#include "nanobragg/base/units.hpp"
#include "nanobragg/compat/quirk.hpp"
#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/config/resolve/inputs.hpp"
#include "nanobragg/model/crystal.hpp"

namespace nanobragg::config {

struct ResolvedCrystal {
  Crystal crystal;
  std::vector<std::string> warnings;
};

// `lambda` is what the axes of a MOSFLM matrix are divided by. A random orientation shares the seed
// of the noise unless it has its own.
ResolvedCrystal resolve_crystal(const Inputs& inputs, Metre lambda);

// The crystal with what flags say of its orientation, its size in cells, its shape and its
// disorder. Throws Error for values that no crystal has.
ResolvedCrystal with_crystal_flags(const Crystal& base, const Inputs& inputs);

// Na, Nb, Nc as the flags give them, before a size in mm replaces them.
std::array<double, 3> flagged_cells(const Settings& settings, compat::QuirkSet quirks);

}  // namespace nanobragg::config
