// Boxes by the reflections that share an amplitude.
#pragma once

#include <vector>

#include "nanobragg/model/symmetry.hpp"
#include "nanobragg/refine/shots/shot_loss.hpp"

namespace nanobragg::refine {

// Of all images of an index by the rotations of the group (and the inversion, where mates are
// equal), the one with the largest h, then k, then l.
MillerIndex representative(MillerIndex index, const AmplitudeSymmetry& symmetry);

// In the order of the representatives; each reflection has the same prior.
std::vector<BoxesOfReflection> by_reflection(const BoxedPixels& pixels,
                                             const AmplitudeSymmetry& symmetry,
                                             const FactorPrior& prior);

}  // namespace nanobragg::refine
