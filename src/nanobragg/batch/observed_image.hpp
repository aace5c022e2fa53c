// Observed images: counts from a file become photons, with what cannot be used left out.
#pragma once

#include <cstddef>
#include <filesystem>

#include "nanobragg/base/image.hpp"

namespace nanobragg::batch {

// photons = (counts − offset)/gain.
struct CountScale {
  double offset = 0.0;
  double gain = 1.0;  // counts a photon
};

struct ObservedImage {
  Image<double> photons;       // NaN where masked
  std::size_t masked = 0;      // not numbers or negative
  std::size_t overloaded = 0;  // at the limit of a 16-bit file, masked as well
};

// Files that say their shape, by their end, and raw floats of `shape`. Throws Error for an image of
// another shape, and where no pixel can be used.
ObservedImage read_observed(const std::filesystem::path& file, ImageShape shape,
                            const CountScale& scale);

// Whether a file of this name holds 16-bit counts above an offset (SMV). Others count from 0.
bool has_pedestal(const std::filesystem::path& file);

}  // namespace nanobragg::batch
