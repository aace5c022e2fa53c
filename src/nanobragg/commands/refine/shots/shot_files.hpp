// What a refinement of shots leaves for other programs.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "nanobragg/commands/refine/shots/refined_shot.hpp"
#include "nanobragg/io/geometry/dials_list.hpp"

namespace nanobragg::commands {

// The refined ones of the experiments, for DIALS. Images have their whole paths.
std::string refined_experiments(const io::DialsList& experiments,
                                std::span<const RefinedShot> shots);

// Their spots: measured and calculated places, intensities by profile (photons), partiality,
// background, correlation and χ² of each box.
std::string refined_reflections(std::span<const RefinedShot> shots);

// A row a shot: how it ended and why, spots and pixels used, χ², correlations, residuals, the error
// model, and every parameter with its standard uncertainty, in users' units.
std::string shots_table(std::span<const RefinedShot> shots);

}  // namespace nanobragg::commands
