// What a recipe refines of a shot.
#pragma once

#include "nanobragg/commands/refine/shots/shot_source.hpp"
#include "nanobragg/commands/refine/shots/shots_request.hpp"

namespace nanobragg::commands {

// Throws UsageError for an unknown recipe, and for parameters, bounds and restraints that are not
// there.
refine::ShotRequest shot_request(const ShotsRequest& request, const Shot& shot);

}  // namespace nanobragg::commands
