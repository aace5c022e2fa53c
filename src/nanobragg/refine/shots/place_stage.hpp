// The first stage of a shot whose spots were measured: their places.
#pragma once

#include <optional>
#include <span>

#include "nanobragg/refine/shots/refine_shot.hpp"
#include "nanobragg/refine/shots/shot_parameters.hpp"

namespace nanobragg::refine {

// Moves orientation, cell and detector, as far as they are requested, to where reflections stand
// nearest to their spots; unless they were as near before. Unset: none of these is requested.
std::optional<StageReport> fit_places(std::span<const SpotBox> boxes, const ShotRequest& request,
                                      ShotParameters& parameters);

}  // namespace nanobragg::refine
