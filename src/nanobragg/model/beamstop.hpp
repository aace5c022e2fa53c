// A beamstop: an opaque disc across the beam, between sample and detector.
#pragma once

#include <optional>

#include "nanobragg/base/units.hpp"

namespace nanobragg {

// The disc stands at right angles to the beam, which goes through its centre.
struct Beamstop {
  Metre diameter;
  Metre distance;  // from the sample
  Metre edge;      // width of the rim within which its shadow goes from black to nothing
};

// Throws Error for lengths that are not positive, an edge wider than the disc, and a disc more than
// limits::kFarthest_m away.
void check(const Beamstop& stop);

}  // namespace nanobragg
