// The point spread seen from some pixels of a panel.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "nanobragg/image/point_spread.hpp"
#include "nanobragg/kernel/interface/pixel_run.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::image {

// A list holds a number for each pixel of some runs, in their order. Without point spread, the
// pixels that light comes from are those that it falls on.
class SpreadRuns {
 public:
  // Runs do not overlap.
  SpreadRuns(const plan::PanelPlan& plan, std::span<const kernel::PixelRun> runs,
             std::size_t threads);

  bool is_spread() const { return spread_.has_value(); }
  // The pixels that light comes from.
  std::span<const kernel::PixelRun> sources() const { return sources_; }
  // Photons of the runs from those of the sources.
  std::vector<double> spread(std::vector<double> of_sources) const;
  // The derivative of that by the width of the point spread (per m).
  std::vector<double> by_width(std::vector<double> of_sources) const;
  // The transpose of spread(): weights of the sources from those of the runs.
  std::vector<double> pulled_back(std::vector<double> of_runs) const;

 private:
  using Runs = std::vector<kernel::PixelRun>;
  Image<double> image_of(const Runs& runs, std::span<const double> list) const;
  std::vector<double> list_of(const Runs& runs, const Image<double>& image) const;

  Runs runs_, sources_;
  PixelIndex corner_;  // of the smallest rectangle that holds the sources
  ImageShape shape_;
  std::size_t threads_;
  std::optional<SpreadOverPixels> spread_;
};

}  // namespace nanobragg::image
