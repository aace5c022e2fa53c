// What a recipe refines of a shot.
#pragma once

#include <string>
#include <vector>

#include "nanobragg/commands/refine/shots/shot_source.hpp"
#include "nanobragg/commands/refine/shots/shots_request.hpp"

namespace nanobragg::commands {

// Throws UsageError for an unknown recipe, and for parameters, bounds and restraints that are not
// there.
refine::ShotRequest shot_request(const ShotsRequest& request, const IndexedShot& shot);

// The parameters of a result that all shots have in common. Throws UsageError.
std::vector<std::string> shared_names(const ShotsRequest& request,
                                      const refine::ShotResult& result);

}  // namespace nanobragg::commands
