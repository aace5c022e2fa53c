// The pixels that one reflection of one orientation can reach in the light of one source.
#pragma once

#include "nanobragg/base/image.hpp"
#include "nanobragg/geometry/vec3.hpp"
#include "nanobragg/model/structure_factors.hpp"

namespace nanobragg::kernel::sparse {

struct Patch {
  MillerIndex reflection;
  double amplitude_squared;  // |F|², electrons²
  // The directions that it reaches are no farther from this one (λg + i for the reciprocal lattice
  // point g; |q − g| is the distance divided by λ).
  Vec3<double> centre;
  double radius_squared;
  PixelIndex first, last;  // both included

  std::size_t size() const { return (last.slow - first.slow + 1) * (last.fast - first.fast + 1); }
};

}  // namespace nanobragg::kernel::sparse
