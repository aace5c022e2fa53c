// The spindle that turns the crystal during an exposure.
#pragma once

#include "nanobragg/base/units.hpp"
#include "nanobragg/geometry/vec3.hpp"
#include "nanobragg/model/stepped_range.hpp"

namespace nanobragg {

struct Spindle {
  Vec3<double> axis{0.0, 0.0, 1.0};  // unit vector, right-handed
  Radian start;
  SteppedRangeRequest oscillation;  // radians; below 0: backwards
};

}  // namespace nanobragg
