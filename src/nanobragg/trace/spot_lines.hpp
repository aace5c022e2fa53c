// The lines of a trace that show the spots of a pixel whose photons are integrals.
#pragma once

#include <span>
#include <vector>

#include "nanobragg/kernel/analytic/pixel_spots.hpp"
#include "nanobragg/trace/line.hpp"

namespace nanobragg::trace {

// Those of each spot, then the sum of their photons.
std::vector<Line> spot_lines(std::span<const kernel::analytic::PixelSpot> spots);

}  // namespace nanobragg::trace
