// Two images of one scene, checked and ready to be compared.
#pragma once

#include <optional>

#include "nanobragg/base/image.hpp"
#include "nanobragg/model/sampling.hpp"

namespace nanobragg::compare {

// Views of a reference and of a candidate, of the same shape, and the pixels of them that count.
class ImagePair {
 public:
  // Throws Error where the shapes differ, an image is empty, the region leaves the image, or a
  // pixel of the region is NaN or infinite: the first one is named. Without a region all pixels
  // count.
  ImagePair(ImageView<const float> reference, ImageView<const float> candidate,
            const std::optional<RegionOfInterest>& region = {});

  const ImageView<const float>& reference() const { return reference_; }
  const ImageView<const float>& candidate() const { return candidate_; }
  ImageShape shape() const { return reference_.shape(); }
  const RegionOfInterest& region() const { return region_; }

 private:
  ImageView<const float> reference_;
  ImageView<const float> candidate_;
  RegionOfInterest region_;
};

// How many pixels a region has along each axis.
ImageShape shape_of(const RegionOfInterest& region);

// The pixels of a region as an image of their own.
Image<float> crop(ImageView<const float> image, const RegionOfInterest& region);

}  // namespace nanobragg::compare
