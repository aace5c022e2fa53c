// The factors of a spot that tables and traces show.
#pragma once

#include "nanobragg/kernel/analytic/spot_list.hpp"

namespace nanobragg::kernel::analytic {

// The part that the exposure sees of what a turn through the whole reflection would; of a still,
// the density where the reflection is strongest on the Ewald sphere, relative to its middle.
double partiality_of(const Spot& spot, const physics::Line& line);

// The reflection in the middle of the exposure, and its distance from the Ewald sphere along the
// diffracted ray, outwards. Å⁻¹.
struct SpotExcitation {
  Vec3<double> point;
  double error = 0.0;
};
SpotExcitation excitation_of(const Spot& spot, const physics::Line& line,
                             const plan::CrystalSamples& crystal);

}  // namespace nanobragg::kernel::analytic
