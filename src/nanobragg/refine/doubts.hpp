// Reasons to doubt a fit: a reduced χ² far above 1, and its likeliest cause.
#pragma once

#include <string>
#include <vector>

#include "nanobragg/refine/problem.hpp"

namespace nanobragg::refine {

// From this reduced χ² on, a fit is doubted.
inline constexpr double kDoubtfulChiSquared = 3.0;

// Sentences for people, of the first observation; none where the fit is good. `after` is the fit of
// the result.
std::vector<std::string> doubts(const Problem& problem, const Fit& after);

}  // namespace nanobragg::refine
