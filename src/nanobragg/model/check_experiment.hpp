// What the parts of an experiment must satisfy that have no type which checks them.
#pragma once

#include "nanobragg/model/experiment.hpp"

namespace nanobragg {

// Throws Error for a spindle, a sensor, water or a sampling out of range: not finite, negative, or
// beyond model/limits.hpp. Crystal, beam and panels have been checked when they were made.
void check(const Experiment& experiment);

}  // namespace nanobragg
