// An exposure with made-up pixels, to write to files.
#pragma once

#include <cstdint>

#include "nanobragg/base/image.hpp"
#include "nanobragg/io/images/detector_image.hpp"

namespace nanobragg::test {

// One panel across the beam as readers of headers without axes suppose it: in MOSFLM's frame, 23
// rows of 31 pixels of 0.172 mm, the beam at fast 10.25 and slow 7.5 pixels, 120 mm away. Counts go
// up to what 16 bits hold with a pedestal; one pixel does not measure.
class PlainExposure {
 public:
  PlainExposure();
  io::DetectorImage image() const;
  const Image<std::int32_t>& counts() const { return counts_; }
  io::ImageDescription& description() { return description_; }
  // Turns the panel by some degrees.
  void tilt();

 private:
  io::ImageDescription description_;
  Image<float> photons_;
  Image<std::int32_t> counts_;
};

}  // namespace nanobragg::test
