// Which pixels of an observed image a refinement looks at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/kernel/adjoint/differentiable_chunks.hpp"
#include "nanobragg/model/sampling.hpp"

namespace nanobragg::refine {

struct AllPixels {};
struct PixelBoxes {
  std::vector<RegionOfInterest> boxes;
};
// Boxes of 2·half + 1 pixels around the brightest spots that the starting experiment predicts.
struct PredictedSpots {
  std::size_t count = 100;
  std::size_t half = 10;
};
// So many of all pixels, drawn anew for each step of the refinement.
struct RandomPixels {
  std::size_t count = 0;
  std::uint64_t seed = 1;
};
using PixelSelection = std::variant<AllPixels, PixelBoxes, PredictedSpots, RandomPixels>;

// Consecutive pixels (in the order of the runs) that share a background, and their rectangle.
struct PixelGroup {
  std::size_t first = 0, count = 0;
  RegionOfInterest box;
};

struct PixelSet {
  std::vector<kernel::PixelRun> runs;
  std::vector<PixelGroup> groups;  // one after the other, all pixels together

  std::size_t size() const {
    return groups.empty() ? 0 : groups.back().first + groups.back().count;
  }
};

// NaN marks pixels that do not count.
using ObservedPhotons = ImageView<const double>;

// Pixels of the runs `rendered` with an observation, in one group.
PixelSet all_pixels(std::span<const kernel::PixelRun> rendered, ObservedPhotons observed);

// The same within boxes, a group each; a pixel of two boxes belongs to the first. Boxes may reach
// over the edge of the image.
PixelSet pixels_in_boxes(std::span<const kernel::PixelRun> rendered, ObservedPhotons observed,
                         std::span<const RegionOfInterest> boxes);

// `count` of the pixels of a set, without repetition, drawn by seed and step number.
PixelSet random_pixels(const PixelSet& all, const RandomPixels& random, std::size_t step);

// Boxes around the brightest predicted spots, brightest first; a spot inside an earlier box has
// none of its own.
std::vector<RegionOfInterest> boxes_around_spots(ImageView<const float> predicted,
                                                 const PredictedSpots& spots);

}  // namespace nanobragg::refine
