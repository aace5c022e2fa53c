// Walks over the pixels of a rectangle.
#pragma once

#include "nanobragg/base/contracts.hpp"
#include "nanobragg/base/image.hpp"
#include "nanobragg/model/sampling.hpp"

namespace nanobragg {

// Calls visit(PixelIndex) for every pixel of `region`, which lies inside `shape`, row by row. What
// depends on the order (sums, random numbers) is the same in every run.
template <class Visit>
void for_each_pixel(const RegionOfInterest& region, [[maybe_unused]] ImageShape shape,
                    Visit visit) {
  NANOBRAGG_EXPECTS(region.last.slow < shape.slow && region.last.fast < shape.fast);
  for (std::size_t slow = region.first.slow; slow <= region.last.slow; ++slow) {
    for (std::size_t fast = region.first.fast; fast <= region.last.fast; ++fast) {
      visit(PixelIndex{slow, fast});
    }
  }
}

}  // namespace nanobragg
