// Diffraction spots of two images: found, paired, and how far they have moved.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "nanobragg/compare/image_pair.hpp"

namespace nanobragg::compare {

// A place between pixels; whole numbers are pixel centres.
struct PixelPosition {
  double slow = 0.0;
  double fast = 0.0;
};

struct Peak {
  PixelIndex at;           // the maximum; of a plateau the first pixel, row by row
  double intensity = 0.0;  // of that pixel, photons
  PixelPosition centroid;
  double width_px = 0.0;  // full width at half height, geometric mean of slow and fast
};

struct PeakOptions {
  std::size_t count = 100;  // the brightest of each image
  double gate_px = 1.0;     // peaks farther apart are not the same
};

// The `count` brightest local maxima, brightest first, of equal ones the first in the image.
// A maximum is a group of touching pixels of one positive value (mostly a single pixel) that has a
// lower pixel and no higher one within two pixels (5 × 5) of any of its own; pixels outside the
// region do not count.
// The centroid is that of the intensity above the lowest pixel in the 5 × 5 pixels around the
// group's middle.
std::vector<Peak> find_peaks(ImageView<const float> image, const RegionOfInterest& region,
                             std::size_t count);

struct PeakMatch {
  std::size_t reference = 0;  // indices into the lists of peaks
  std::size_t candidate = 0;
  double distance_px = 0.0;  // between the centroids
};

struct PeakComparison {
  std::vector<Peak> reference;
  std::vector<Peak> candidate;
  std::vector<PeakMatch> matches;  // closest first
  double gate_px = 1.0;
  // Medians over the peaks, unset where an image has none: how far the nearest of all maxima of the
  // other image stands that is not much fainter (of both images the smaller one, as spots that are
  // missing have not moved), and how wide those of the reference are.
  std::optional<double> typical_distance_px;
  std::optional<double> typical_width_px;

  // Whether spots stand elsewhere, and not only their light is spread otherwise: they are more than
  // half a pixel away, and more than their width.
  bool have_moved() const;
  // Unset where no peaks match.
  std::optional<double> mean_displacement_px() const;
  std::optional<double> max_displacement_px() const;
};

// Pairs peaks greedily: of all pairs within the gate the closest first, each peak once. Maxima of
// one image stand three pixels apart or more, so that a gate of one pixel seldom leaves a choice.
PeakComparison compare_peaks(const ImagePair& pair, const PeakOptions& options = {});

}  // namespace nanobragg::compare
