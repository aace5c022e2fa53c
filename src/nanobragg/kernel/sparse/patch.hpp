// The pixels that one reflection of one orientation can reach in the light of one source.
#pragma once

#include "nanobragg/base/image.hpp"
#include "nanobragg/model/structure_factors.hpp"

namespace nanobragg::kernel::sparse {

struct Patch {
  MillerIndex reflection;
  double amplitude_squared;  // |F|², electrons²
  PixelIndex first, last;    // both included

  std::size_t size() const { return (last.slow - first.slow + 1) * (last.fast - first.fast + 1); }
};

}  // namespace nanobragg::kernel::sparse
