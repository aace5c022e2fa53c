// The pixels that a refinement looks at, panel by panel, with what is known of each.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "nanobragg/refine/pixels.hpp"
#include "nanobragg/refine/problem.hpp"

namespace nanobragg::refine {

// Pixels of one panel in one observation, counted from the panel's own corner.
struct PanelPixels {
  std::size_t observation = 0, panel = 0;
  PixelSet set;
  // In the order of the set: photons, 1 and place in the box of the group, number of the group.
  std::vector<double> observed;
  std::vector<std::array<double, 3>> basis;
  std::vector<std::uint32_t> group;
};

// The experiment as an observation saw it.
Experiment turned_to(const Observation& observation, const Experiment& experiment);

// Those of the problem's selection, panels without any left out; `step` numbers the draws of random
// pixels, and without one all that could be drawn are there. Throws Error for an observation of
// another size or without a pixel that counts.
std::vector<PanelPixels> panel_pixels(const Problem& problem, std::optional<std::size_t> step);

}  // namespace nanobragg::refine
