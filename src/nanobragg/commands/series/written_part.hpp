// What a series writes of its exposures: a part of the detector, sums of pixels, another type.
#pragma once

#include <cstddef>

#include "nanobragg/base/image.hpp"
#include "nanobragg/io/images/detector_image.hpp"
#include "nanobragg/io/images/pixel_type.hpp"
#include "nanobragg/model/crop_and_bin.hpp"

namespace nanobragg::commands {

struct WrittenPart {
  CropAndBin pixels = {};
  io::PixelType type = io::PixelType::standard;
};

// Throws UsageError where the type cannot hold what is written. Counts are clipped to what it
// holds; expected photons are fractions.
void check(const WrittenPart& part, const Detector& detector, io::PixelValues values);

// What is said of the part, from what is said of the whole.
io::ImageDescription description_of(const WrittenPart& part, io::ImageDescription whole);

// The part of an exposure. A sum is not measured where one of its pixels is not; it is the largest
// number that there is where it is larger, or where one of its pixels reads its largest.
class PartOfExposure {
 public:
  // `whole` describes the part already, by description_of(), and has the pixels of the whole, of
  // which `saturation` is the largest reading; it lives as long as this, and this as long as its
  // image.
  PartOfExposure(const io::DetectorImage& whole, const WrittenPart& part, double saturation);

  io::DetectorImage image() const;

 private:
  Image<std::int32_t> counts(std::size_t first, std::size_t rows) const;

  const io::DetectorImage& whole_;
  WrittenPart part_;
  double saturation_;
  Image<float> photons_;  // empty where they are those of the whole
};

}  // namespace nanobragg::commands
