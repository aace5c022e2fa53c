// Panels that move as one rigid body.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "nanobragg/model/detector.hpp"
#include "nanobragg/refine/shots/shot_parameters.hpp"

namespace nanobragg::refine {

// A quadrant, a sensor of two chips, the half of a detector.
struct RigidGroup {
  std::string name;
  std::vector<std::size_t> panels;  // numbers, at least one
  bool tilts = false;               // about the axes of its plane, too
};

// The motions along the axes of the group's first panel, named <group>.shift_fast, _slow and
// _normal; and turns about them through the middle of the group, .turn_fast, _slow and _normal. Of
// turns the first order: panels keep their places in the group within θ²/2 of their distance.
std::vector<NamedMotion> motions_of(const RigidGroup& group, const Detector& detector);

}  // namespace nanobragg::refine
