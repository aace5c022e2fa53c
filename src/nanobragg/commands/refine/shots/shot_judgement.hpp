// How a refined shot fits, pixel by pixel, by resolution and by panel.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/commands/refine/shots/refined_shot.hpp"

namespace nanobragg::commands {

// (observed − model)/σ of every pixel, in their order; σ by the shot's error model.
std::vector<double> deviations_of(const RefinedShot& shot);

// Deviations counted in equal steps; those beyond the ends are counted beside.
struct DeviationHistogram {
  static constexpr double kEnd = 6.0, kStep = 0.25;
  std::vector<std::size_t> counts;  // from −kEnd to kEnd
  std::size_t beyond = 0;
  std::size_t total = 0;
  double mean = 0.0, width = 0.0;  // the standard deviation, of those within the ends

  double middle(std::size_t bin) const { return (static_cast<double>(bin) + 0.5) * kStep - kEnd; }
  // Of normal deviates, as many as there are.
  double normal_count(std::size_t bin) const;
};
DeviationHistogram histogram_of(const std::vector<double>& deviations);

// Boxes that are judged together: of one shell of resolution or one panel.
struct BoxesJudged {
  std::size_t panel = 0;
  double largest_A = 0.0, smallest_A = 0.0;  // d-spacings of its spots; equal where unknown
  std::size_t boxes = 0;
  double chi_squared = 0.0;  // mean over the boxes of that of a pixel
  double correlation = 0.0;  // median
  // Root mean square of predicted less measured places, px; unset where none is measured.
  std::optional<std::array<double, 2>> off = {};
};

// Shells of about as many predicted spots each, from the largest spacing on.
std::vector<BoxesJudged> by_resolution(const RefinedShot& shot);
// Panels that have boxes, in their order.
std::vector<BoxesJudged> by_panel(const RefinedShot& shot);

}  // namespace nanobragg::commands
