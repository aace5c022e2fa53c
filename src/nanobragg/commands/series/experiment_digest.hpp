// What the files that an experiment was read from say, as a short number.
#pragma once

#include <string>

#include "nanobragg/model/experiment.hpp"

namespace nanobragg::commands {

// Of everything that files can give: amplitudes, crystal, beam, spindle, panels and mask. Equal for
// equal values, whichever files they come from.
std::string experiment_digest(const Experiment& experiment);

}  // namespace nanobragg::commands
