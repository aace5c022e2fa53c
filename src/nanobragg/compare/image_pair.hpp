// Two images of one scene, checked and ready to be compared.
#pragma once

#include <cstdint>
#include <optional>

#include "nanobragg/base/image.hpp"
#include "nanobragg/model/region.hpp"
#include "nanobragg/model/sampling.hpp"

namespace nanobragg::compare {

// The pixels that one of two images does not measure: 1 there, 0 elsewhere.
using LeftOut = ImageView<const std::uint8_t>;

// Views of a reference and of a candidate, of the same shape, and the pixels of them that count.
class ImagePair {
 public:
  // Throws Error where the shapes differ, an image is empty, the region leaves the image, no pixel
  // counts, or one that does is NaN or infinite: the first one is named. Without a region all
  // pixels count, but for those that are left out.
  ImagePair(ImageView<const float> reference, ImageView<const float> candidate,
            const std::optional<RegionOfInterest>& region = {},
            const std::optional<LeftOut>& left_out = {});

  const ImageView<const float>& reference() const { return reference_; }
  const ImageView<const float>& candidate() const { return candidate_; }
  ImageShape shape() const { return reference_.shape(); }
  const RegionOfInterest& region() const { return region_; }
  // Whether a pixel of the region counts.
  bool counts(PixelIndex p) const { return !left_out_ || (*left_out_)[p] == 0; }

 private:
  ImageView<const float> reference_;
  ImageView<const float> candidate_;
  RegionOfInterest region_;
  std::optional<LeftOut> left_out_;
};

// Calls visit(PixelIndex) for every pixel that counts, row by row.
template <class Visit>
void for_each_counted_pixel(const ImagePair& pair, Visit visit) {
  for_each_pixel(pair.region(), pair.shape(), [&](PixelIndex p) {
    if (pair.counts(p)) visit(p);
  });
}

// How many pixels a region has along each axis.
ImageShape shape_of(const RegionOfInterest& region);

// The pixels of a region as an image of their own.
Image<float> crop(ImageView<const float> image, const RegionOfInterest& region);

}  // namespace nanobragg::compare
