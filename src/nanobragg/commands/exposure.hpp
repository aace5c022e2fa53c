// A rendered exposure as a detector reads it out, ready to be written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "nanobragg/base/image.hpp"
#include "nanobragg/config/resolve/job.hpp"
#include "nanobragg/image/readout/detector_reading.hpp"
#include "nanobragg/io/images/detector_image.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::commands {

struct ExposureSettings {
  io::PixelValues values = io::PixelValues::counts;
  std::uint64_t seed = 1;  // of the counts
  std::size_t threads = 1;
  double pedestal = 0.0;  // added to SMV images alone
  double exposure_s = 1.0;
  double start_s = 0.0;
  std::optional<ReadOut> read_out = {};  // unset: photons are counted, and nothing else happens
  std::shared_ptr<const image::readout::Sensitivities> sensitivities = {};  // null: not known yet
};

// What a response asks for, of a single image; the noise of images of a series differs by the seed.
ExposureSettings exposure_settings(const config::Response& response, std::size_t threads);

class Exposure {
 public:
  // `photons` are those expected in the stack of panels; they and the plan live as long as this
  // does, and this as long as its images. `experiment` is what the plan was made of. Pixels that
  // the plan does not render, and dead ones, read image::kNotMeasured.
  Exposure(const Experiment& experiment, const plan::SamplingPlan& plan,
           ImageView<const float> photons, const ExposureSettings& settings);

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
  std::optional<image::readout::DetectorReading> reading_;
};

}  // namespace nanobragg::commands
