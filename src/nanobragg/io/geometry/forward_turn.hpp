// The turn of a spindle as readers take it that refuse ranges below 0 (dxtbx).
#pragma once

#include "nanobragg/geometry/vec3.hpp"
#include "nanobragg/io/images/detector_image.hpp"

namespace nanobragg::io {

// A range of at least 0.
struct ForwardTurn {
  Vec3<double> axis;  // in the frame of the experiment
  double start_rad, range_rad;
};

// Backwards about an axis is forwards about the opposite one.
inline ForwardTurn forward_turn(const ImageDescription& image) {
  const Spindle& spindle = image.experiment.spindle;
  const ForwardTurn turn{spindle.axis, spindle.start.value(), image.oscillation_rad};
  if (turn.range_rad >= 0.0) return turn;
  return {-turn.axis, -turn.start_rad, -turn.range_rad};
}

}  // namespace nanobragg::io
