// Random rotations of limited angle, for mosaic domains and random crystal settings.
#pragma once

#include "nanobragg/geometry/mat3.hpp"
#include "nanobragg/random/uniform_stream.hpp"

namespace nanobragg {

// A rotation about an axis that is uniform on the sphere, by the angle
//   ω = cap·(1 − r²)^(1/3),   r uniform on (−1, 1),
// so that P(ω < w) = 1 − √(1 − (w/cap)³). Draws three deviates. The angle is single precision, as
// in nanoBragg.c.
Mat3<double> random_rotation(float cap_rad, UniformStream& stream);

}  // namespace nanobragg
