// The pixels around the spots of a still that a refinement looks at.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/kernel/interface/pixel_run.hpp"
#include "nanobragg/model/experiment.hpp"
#include "nanobragg/model/miller_index.hpp"
#include "nanobragg/refine/pixels.hpp"

namespace nanobragg::refine {

// Where a spot is, measured or predicted: pixels from the corner of its panel, whose first pixel
// has its centre at ½, ½. Half widths are those of the pixels that hold it.
struct SpotPlace {
  MillerIndex index;
  std::size_t panel = 0;
  double fast = 0.0, slow = 0.0;
  double fast_half = 0.0, slow_half = 0.0;
};

// Squared distance of a pixel's centre from a spot, in its half widths: within 1 it holds the spot.
double distance_squared(const SpotPlace& spot, PixelIndex pixel);
inline bool holds(const SpotPlace& spot, PixelIndex pixel) {
  return distance_squared(spot, pixel) <= 1.0;
}

// A spot with the pixels that stand for it: those nearer to it than to any other spot that holds
// them. Pixels that hold another spot, or measure nothing, are left out.
struct SpotBox {
  SpotPlace spot;
  RegionOfInterest region;           // on its panel
  std::size_t first = 0, count = 0;  // its pixels among those of all boxes
};

struct PanelRuns {
  std::size_t panel = 0;
  std::vector<kernel::PixelRun> runs;
  std::size_t first = 0;  // of their pixels among those of all boxes
};

// Boxes in the order of panels, their pixels in the order of boxes.
struct BoxedPixels {
  std::vector<SpotBox> boxes;
  std::vector<PanelRuns> panels;
  std::vector<PixelIndex> places;            // on its panel, of each pixel
  std::vector<double> observed;              // photons
  std::vector<std::array<double, 3>> basis;  // 1 and the place in the box, from −1 to 1

  std::size_t size() const { return observed.size(); }
};

// Spots that have no box, by why.
struct LeftOutSpots {
  std::size_t off_panel = 0;   // their middle is on no pixel that is rendered
  std::size_t unmeasured = 0;  // more than a fifth of the pixels that hold them measures nothing
  std::size_t overlapped = 0;  // other spots leave too few pixels

  std::size_t total() const { return off_panel + unmeasured + overlapped; }
};

struct BoxRequest {
  std::span<const SpotPlace> spots;       // each gets a box
  std::span<const SpotPlace> neighbours;  // hold pixels, and have none
  std::size_t margin = 3;                 // pixels of a box beyond those that hold its spot
};

// `observed` is the stack of all panels, NaN where nothing is measured. The same spots give the
// same boxes in any order of the neighbours.
struct ChosenBoxes {
  BoxedPixels pixels;
  LeftOutSpots left_out;
};
ChosenBoxes boxes_around(const BoxRequest& request, const Experiment& experiment,
                         ObservedPhotons observed);

// Some of the boxes, by their numbers in rising order.
BoxedPixels with_boxes(const BoxedPixels& all, std::span<const std::size_t> numbers);

}  // namespace nanobragg::refine
