// The random numbers of each stage of a read-out, apart from those of the others.
#pragma once

#include <cstdint>

#include "nanobragg/random/counter.hpp"

namespace nanobragg::image::readout {

// What random numbers are drawn for besides photons. The numbers stand in files that users keep, by
// what is drawn from them: new ones come at the end.
enum class Stage : std::uint64_t {
  flicker = 1,
  dead_time,
  calibration,
  noise,
  bad,
  hot_light,
  charge_sharing
};

// The seed of a stage of the image with this seed. Pixels take the numbers below 2⁶³ of a seed,
// stages those above, so that no stage shares its numbers with a pixel's photons.
constexpr std::uint64_t stage_seed(std::uint64_t image_seed, Stage stage) {
  constexpr std::uint64_t kBehindPixels = std::uint64_t{1} << 63;
  return bits_at(image_seed, kBehindPixels + static_cast<std::uint64_t>(stage));
}

}  // namespace nanobragg::image::readout
