// The spindle that turns the crystal during an exposure.
#pragma once

#include <cstdint>

#include "nanobragg/base/units.hpp"
#include "nanobragg/geometry/vec3.hpp"
#include "nanobragg/model/stepped_range.hpp"

namespace nanobragg {

// Where in each of its equal steps a range is sampled.
enum class StepPlace : std::uint8_t { start, middle };
// The place of the first sample, in steps from the start of the range.
constexpr double first_sample(StepPlace place) { return place == StepPlace::middle ? 0.5 : 0.0; }

struct Spindle {
  Vec3<double> axis{0.0, 0.0, 1.0};  // unit vector, right-handed
  Radian start;
  SteppedRangeRequest oscillation;  // radians; below 0: backwards
  StepPlace place = StepPlace::start;
};

}  // namespace nanobragg
