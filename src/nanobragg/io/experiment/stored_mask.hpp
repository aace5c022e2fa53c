// Masks as an experiment file holds them: as runs of equal pixels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "nanobragg/base/image.hpp"

namespace nanobragg::io {

struct StoredMask {
  std::size_t pixels_slow = 0, pixels_fast = 0;
  // A value and how many pixels have it one after the other, row by row; and so on.
  std::vector<std::uint64_t> runs;
};

template <class Archive>
void members(Archive& archive, StoredMask& mask) {
  archive.field("pixels_slow", mask.pixels_slow);
  archive.field("pixels_fast", mask.pixels_fast);
  archive.field("values_and_counts", mask.runs);
}

StoredMask stored(const Image<std::uint16_t>& mask);

// Throws Error where the runs do not fill the mask, or a value takes more than 16 bits.
Image<std::uint16_t> restored(const StoredMask& stored);

}  // namespace nanobragg::io
