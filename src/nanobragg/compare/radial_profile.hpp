// Means of two images, and their ratio, by distance from the beam or by resolution.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "nanobragg/compare/image_pair.hpp"
#include "nanobragg/compare/peaks.hpp"

namespace nanobragg::compare {

struct ProfileBin {
  double from = 0.0;       // pixels, or Å with the largest d-spacing first
  double to = 0.0;         // beyond the bin
  std::size_t pixels = 0;  // of the region; may be none
  double mean_reference = 0.0;
  double mean_candidate = 0.0;
  std::optional<double> ratio;        // candidate/reference; unset where the reference's mean is 0
  std::optional<double> correlation;  // Pearson's; unset where one of the two is constant
};

// Rings of `width_px` around a centre, out to the farthest pixel of the region.
std::vector<ProfileBin> radial_profile(const ImagePair& pair, const PixelPosition& centre,
                                       double width_px);

// The middle of the image, for images of which nothing else is known.
PixelPosition middle_of(ImageShape shape);

// The d-spacing seen by the middle of a pixel, Å; infinite in the direct beam.
using ResolutionMap = std::function<double(PixelIndex)>;

// `count` shells of equal width in 1/d², from the lowest resolution in the region to the highest.
std::vector<ProfileBin> resolution_shells(const ImagePair& pair, const ResolutionMap& d_spacing_A,
                                          std::size_t count);

enum class ShellKind : std::uint8_t { resolution_A, radius_px };

// The table of a report: by resolution where the geometry is known, else by radius.
struct ShellTable {
  ShellKind kind = ShellKind::radius_px;
  std::vector<ProfileBin> shells;
};

}  // namespace nanobragg::compare
