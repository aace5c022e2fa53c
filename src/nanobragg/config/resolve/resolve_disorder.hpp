// B factors and the sizes of blocks, resolved from flags.
#pragma once

#include <string>
#include <vector>

#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/model/experiment.hpp"

namespace nanobragg::config {

// The crystal with what -bfactor, -B_aniso and -block_sizes say. Throws UsageError for a
// distribution that is none.
CrystalValues with_disorder(CrystalValues crystal, const Settings& settings);

// Where an anisotropic B does not have the symmetry of the crystal: that of its amplitudes, or, of
// amplitudes without, that of its cell. It says which one has.
std::vector<std::string> disorder_warnings(const Experiment& experiment);

}  // namespace nanobragg::config
