// How a run of Ceres ended, in the words of a refinement.
#pragma once

#include <string>

#include "nanobragg/refine/minimise.hpp"

namespace nanobragg::refine {

// Sets outcome and reason by a ceres::TerminationType, whose header is slow to compile; `converged`
// is the reason where the solver is content.
void end(Minimum& minimum, int termination_type, const std::string& converged);

}  // namespace nanobragg::refine
