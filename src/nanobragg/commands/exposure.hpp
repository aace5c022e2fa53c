// A rendered exposure as a detector reads it out, ready to be written.
#pragma once

#include <cstddef>
#include <cstdint>

#include "nanobragg/base/image.hpp"
#include "nanobragg/io/images/detector_image.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::commands {

struct ReadOut {
  io::PixelValues values = io::PixelValues::counts;
  std::uint64_t seed = 1;  // of the counts
  std::size_t threads = 1;
  double pedestal = 0.0;
  double exposure_s = 1.0;
  double start_s = 0.0;
};

class Exposure {
 public:
  // `photons` are those expected in the stack of panels; they and the plan live as long as this
  // does, and this as long as its images. `experiment` is what the plan was made of. Pixels that
  // the plan does not render read image::kNotMeasured.
  Exposure(const Experiment& experiment, const plan::SamplingPlan& plan,
           ImageView<const float> photons, const ReadOut& read_out);

  // Views of what this holds.
  io::DetectorImage image() const;
  io::ImageDescription& description() { return description_; }

 private:
  Image<std::int32_t> counts(std::size_t first, std::size_t rows) const;

  io::ImageDescription description_;
  ImageView<const float> photons_;
  const plan::SamplingPlan& plan_;
  std::uint64_t seed_;
  std::size_t threads_;
};

}  // namespace nanobragg::commands
