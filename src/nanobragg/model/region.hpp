// Walks over the pixels of a rectangle.
#pragma once

#include "nanobragg/base/contracts.hpp"
#include "nanobragg/base/image.hpp"
#include "nanobragg/model/sampling.hpp"

namespace nanobragg {

// Calls visit(slow, begin, end) for every row of `region`, which lies inside `shape`: its pixels
// are begin … end − 1 along fast.
template <class Visit>
void for_each_row(const RegionOfInterest& region, [[maybe_unused]] ImageShape shape, Visit visit) {
  NANOBRAGG_EXPECTS(region.last.slow < shape.slow && region.last.fast < shape.fast);
  for (std::size_t slow = region.first.slow; slow <= region.last.slow; ++slow) {
    visit(slow, region.first.fast, region.last.fast + 1);
  }
}

// Calls visit(PixelIndex) for every pixel of `region`, which lies inside `shape`, row by row. What
// depends on the order (sums, random numbers) is the same in every run.
template <class Visit>
void for_each_pixel(const RegionOfInterest& region, ImageShape shape, Visit visit) {
  for_each_row(region, shape, [&](std::size_t slow, std::size_t begin, std::size_t end) {
    for (std::size_t fast = begin; fast < end; ++fast) visit(PixelIndex{slow, fast});
  });
}

}  // namespace nanobragg
