// Rotations of which all are equally likely.
#pragma once

#include "nanobragg/geometry/mat3.hpp"
#include "nanobragg/random/deviates.hpp"

namespace nanobragg {

// The rotation of a unit quaternion that is uniform on its sphere, of three deviates (Shoemake
// (1992), Graphics Gems III, 124).
Mat3<double> uniform_rotation(NumberedDeviates& deviates);

}  // namespace nanobragg
