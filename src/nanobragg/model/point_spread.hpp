// How a detector spreads the light of a point over its pixels.
#pragma once

#include <cstdint>

#include "nanobragg/base/units.hpp"

namespace nanobragg {

enum class PointSpreadShape : std::uint8_t {
  gauss,
  fibre,  // of the taper of a fibre-optic detector, with a tail that falls as r⁻³
};

struct PointSpread {
  PointSpreadShape shape = PointSpreadShape::gauss;
  Metre full_width;  // at half maximum
};

// Throws Error for a width that is not positive or is more than limits::kFarthest_m.
void check(const PointSpread& spread);

}  // namespace nanobragg
