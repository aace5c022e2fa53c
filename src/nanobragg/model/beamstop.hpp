// A beamstop: an opaque disc across the beam, between sample and detector, and what holds it.
#pragma once

#include <optional>

#include "nanobragg/base/units.hpp"
#include "nanobragg/geometry/vec3.hpp"

namespace nanobragg {

// A bar in the plane of the disc, from its centre outwards, as opaque and with the same edge.
struct BeamstopArm {
  Vec3<double> direction;  // unit vector, across the beam
  Metre width;
};

// The disc stands at right angles to the beam, which goes through its centre.
struct Beamstop {
  Metre diameter;
  Metre distance;  // from the sample
  Metre edge;      // width of the rim within which its shadow goes from black to nothing
  std::optional<BeamstopArm> arm = {};
};

// Throws Error for lengths that are not positive, an edge wider than the disc, a disc more than
// limits::kFarthest_m away, and an arm without direction or so wide that its end does not lie in
// the black of the disc.
void check(const Beamstop& stop);

}  // namespace nanobragg
