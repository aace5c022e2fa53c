// Maximum, mean and spread of an image.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "nanobragg/base/image.hpp"
#include "nanobragg/model/sampling.hpp"

namespace nanobragg::report {

struct Statistics {
  double max = 0.0;        // photons; 0 where no pixel is above 0
  PixelIndex max_at;       // the first pixel at the maximum, row by row
  double mean = 0.0;       // Σv/n
  double rms = 0.0;        // √(Σv²/(n − 1))
  double rmsd = 0.0;       // √(Σ(v − mean)²/(n − 1))
  double sum = 0.0;        // photons
  std::size_t pixels = 0;  // n: unmasked pixels in the region
};

// The pixels that rmsd is taken over; the other figures never count masked ones.
enum class RmsdPixels : std::uint8_t { unmasked, all_in_region };

// How sums run through the pixels of a row, which decides their last bits: side by side is five
// times as fast, one by one is what nanoBragg.c does.
enum class Summation : std::uint8_t { side_by_side, one_by_one };

struct StatisticsRules {
  RmsdPixels rmsd_pixels = RmsdPixels::unmasked;
  Summation summation = Summation::side_by_side;
};

// Pixels whose mask is 0 are left out. n − 1 counts as 1 where there are fewer than two pixels.
// Sums run in one thread, row by row, so that the last bit, which the scale of the PGM image hangs
// on, is always the same.
Statistics statistics(ImageView<const float> image, const RegionOfInterest& region,
                      const std::optional<ImageView<const std::uint16_t>>& mask,
                      const StatisticsRules& rules = {});

}  // namespace nanobragg::report
