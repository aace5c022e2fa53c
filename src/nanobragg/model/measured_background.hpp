// A background that was measured: photons a pixel, against resolution or pixel by pixel.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "nanobragg/base/image.hpp"

namespace nanobragg {

// Photons of a pixel against sin θ/λ.
struct RadialPhotons {
  std::vector<double> stol_per_A;  // rising, at least two
  std::vector<double> photons;     // a pixel, of each
};

// Added to an image as it was recorded: neither the beam nor the factors of a pixel change it.
struct MeasuredBackground {
  std::string name;  // of the file
  // One of the two; the other is null.
  std::shared_ptr<const RadialPhotons> profile;
  std::shared_ptr<const Image<double>> image;  // photons, of the stack of panels
  double scale = 1.0;
};

// An experiment has no more of them than this.
inline constexpr std::size_t kMostMeasured = 4;

// Throws Error for a table of fewer than two rows, rows that do not rise, numbers that are not
// finite, and a scale that is negative. The size of an image is checked with the detector.
void check(const MeasuredBackground& background);

}  // namespace nanobragg
