// What a refined shot leaves for other programs.
#pragma once

#include "nanobragg/commands/refine/shots/refined_shot.hpp"
#include "nanobragg/io/reflections/dials_table.hpp"

namespace nanobragg::commands {

// Its spots, as those of an experiment 0: measured and calculated places, intensities by profile
// (photons), partiality, background, correlation and χ² of each box.
io::DialsTable spot_table(const RefinedShot& shot);

}  // namespace nanobragg::commands
