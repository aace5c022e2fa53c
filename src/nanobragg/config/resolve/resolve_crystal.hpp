// The crystal, resolved from flags and a matrix file.
#pragma once

#include <string>
#include <vector>

#include "nanobragg/base/units.hpp"
#include "nanobragg/compat/quirk.hpp"
#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/model/crystal.hpp"

namespace nanobragg::config {

struct ResolvedCrystal {
  Crystal crystal;
  std::vector<std::string> warnings;
};

// `axes` (Å⁻¹) are those of an orientation file, if any; `lambda` is what the axes of a MOSFLM
// matrix are divided by; `seed` is that of the noise, which a random orientation shares unless it
// has its own.
ResolvedCrystal resolve_crystal(const Settings& settings, const std::optional<Axes<double>>& axes,
                                Metre lambda, std::int64_t seed, compat::QuirkSet quirks);

// Na, Nb, Nc as the flags give them, before a size in mm replaces them.
std::array<double, 3> flagged_cells(const Settings& settings, compat::QuirkSet quirks);

}  // namespace nanobragg::config
