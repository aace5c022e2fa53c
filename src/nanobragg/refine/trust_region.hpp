// Trust region on normal equations (Levenberg 1944, Marquardt 1963), by Ceres.
#pragma once

#include "nanobragg/refine/minimise.hpp"
#include "nanobragg/refine/normal_loss.hpp"

namespace nanobragg::refine {

// Further loss, by the reduced χ², that ends a run: every coordinate is then within 1.5 % of its
// standard uncertainty.
inline constexpr double kRemaining = 1e-4;

// One run from `minimum.x`, of at most so many iterations, on a loss that does not change
// meanwhile. Moves `minimum.x`; false where that is the end.
bool solve(const NormalLoss& objective, Minimum& minimum, int iterations, Recorder& recorder,
           double remaining);

}  // namespace nanobragg::refine
