// What the page of a refinement shows of one shot.
#pragma once

#include <string>

#include "nanobragg/commands/refine/shots/refined_shot.hpp"

namespace nanobragg::commands {

// Parameters, stages, boxes, deviations, resolution and panels, as markup. The shot has a result.
std::string shot_details(const RefinedShot& shot);

}  // namespace nanobragg::commands
