// The page of a refinement of shots.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "nanobragg/commands/refine/shots/refined_shot.hpp"

namespace nanobragg::commands {

// More shots than that are in the tables alone.
inline constexpr std::size_t kMostShotsInDetail = 20;
// Of more shots than that, those that failed and so many of the others are in the table.
inline constexpr std::size_t kMostShotsListed = 1000;

// A page that needs nothing else.
std::string shots_page(std::span<const RefinedShot> shots,
                       const std::vector<std::string>& command_line);

}  // namespace nanobragg::commands
