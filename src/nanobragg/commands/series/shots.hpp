// The exposures of a series: what is said of each, and its pixels.
#pragma once

#include <cstddef>
#include <functional>

#include "nanobragg/commands/series/series.hpp"
#include "nanobragg/image/shared_stages.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::commands {

// Thrown where an exposure is left because the series is to stop.
struct Stopped {};

// Each function may be called for any exposure, from 0.
class Shots {
 public:
  // The request lives as long as this.
  explicit Shots(const SeriesRequest& request) : request_(request) {}

  // Of what is written of it.
  io::ImageDescription description(std::size_t i) const;

  // What an exposure writes.
  struct Rendered {
    const io::DetectorImage& image;
    double photons;  // expected in all of this image
  };
  // Renders exposure i and hands it on. Throws Stopped once `stop` is true.
  void render(std::size_t i, const std::function<bool()>& stop,
              const std::function<void(const Rendered&)>& take) const;
  // Exposure 0 as if no light had come: which pixels do not measure.
  void blank(const std::function<void(const io::DetectorImage&)>& take) const;

 private:
  io::ImageDescription description(const Shot& shot, const plan::SamplingPlan& plan,
                                   std::size_t i) const;
  plan::SamplingPlan plan_of(const Shot& shot) const;
  void expose(const Shot& shot, const plan::SamplingPlan& plan, std::size_t i,
              ImageView<const float> photons,
              const std::function<void(const io::DetectorImage&)>& take) const;

  const SeriesRequest& request_;
  mutable image::SharedStages shared_;  // thread-safe
};

}  // namespace nanobragg::commands
