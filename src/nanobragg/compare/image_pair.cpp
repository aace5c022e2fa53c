// Checks that two images can be compared.
#include "nanobragg/compare/image_pair.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "nanobragg/base/error.hpp"

namespace nanobragg::compare {
namespace {

RegionOfInterest checked_region(ImageShape shape, const std::optional<RegionOfInterest>& region) {
  if (shape.size() == 0) throw Error("nothing to compare (the images have no pixels)");
  if (!region) return {{0, 0}, {shape.slow - 1, shape.fast - 1}};
  const auto [first, last] = *region;
  if (first.slow > last.slow || first.fast > last.fast || last.slow >= shape.slow ||
      last.fast >= shape.fast) {
    throw UsageError(
        fmt::format("the region fast {} to {}, slow {} to {} is not inside the image ({} x "
                    "{} pixels, fast x slow)",
                    first.fast, last.fast, first.slow, last.slow, shape.fast, shape.slow));
  }
  return *region;
}

// A NaN would spread to every figure; the message says where it is.
void check_finite(const ImagePair& pair, ImageView<const float> image, std::string_view name) {
  std::size_t count = 0;
  std::optional<PixelIndex> first;
  for_each_counted_pixel(pair, [&](PixelIndex p) {
    if (std::isfinite(image[p])) return;
    ++count;
    if (!first) first = p;
  });
  if (!first) return;
  throw Error(
      fmt::format("the {} image has {} that {} not a finite number (first: {} at slow {}, "
                  "fast {})",
                  name, count == 1 ? "a pixel" : fmt::format("{} pixels", count),
                  count == 1 ? "is" : "are", image[*first], first->slow, first->fast));
}

}  // namespace

ImagePair::ImagePair(ImageView<const float> reference, ImageView<const float> candidate,
                     const std::optional<RegionOfInterest>& region,
                     const std::optional<LeftOut>& left_out)
    : reference_(reference), candidate_(candidate), left_out_(left_out) {
  if (reference.shape() != candidate.shape()) {
    throw Error(
        fmt::format("the images differ in shape (reference {} x {}, candidate {} x {} "
                    "pixels, fast x slow)",
                    reference.shape().fast, reference.shape().slow, candidate.shape().fast,
                    candidate.shape().slow));
  }
  region_ = checked_region(reference.shape(), region);
  bool any = false;
  for_each_counted_pixel(*this, [&](PixelIndex) { any = true; });
  if (!any) throw Error("nothing to compare (no pixel is measured in both images)");
  check_finite(*this, reference_, "reference");
  check_finite(*this, candidate_, "candidate");
}

ImageShape shape_of(const RegionOfInterest& region) {
  return {region.last.slow - region.first.slow + 1, region.last.fast - region.first.fast + 1};
}

Image<float> crop(ImageView<const float> image, const RegionOfInterest& region) {
  Image<float> part(shape_of(region));
  for (std::size_t slow = 0; slow < part.shape().slow; ++slow) {
    const auto row = image.row(region.first.slow + slow);
    std::copy_n(row.begin() + static_cast<std::ptrdiff_t>(region.first.fast), part.shape().fast,
                part.view().row(slow).begin());
  }
  return part;
}

}  // namespace nanobragg::compare
