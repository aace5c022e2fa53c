// Normal deviates that belong to one number of a stream.
#pragma once

#include <cmath>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/random/deviates.hpp"

namespace nanobragg {

// Of mean 0 and variance 1, within ±8.5: Box & Muller (1958), Annals of Mathematical Statistics 29,
// 610. Takes two uniform deviates.
inline double draw_normal(NumberedDeviates& deviates) {
  const double radius = std::sqrt(-2.0 * std::log(deviates.next()));
  return radius * std::cos(2.0 * constants::kPi * deviates.next());
}

}  // namespace nanobragg
