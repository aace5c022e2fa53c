// Pictures of the boxes of a shot: measured, modelled, and what is left.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "nanobragg/commands/refine/shots/refined_shot.hpp"

namespace nanobragg::commands {

// The boxes whose pixels correlate worst, as usual, and best with the model; fewer where there are
// fewer boxes. Those without photons correlate with nothing and are passed over where others are.
struct ShownBox {
  std::string title;
  std::size_t box;
};
std::vector<ShownBox> boxes_to_show(const RefinedShot& shot);

// Three figures a box, as markup; `deviations` are those of all pixels.
std::string box_figures(const RefinedShot& shot, const std::vector<double>& deviations);

// The style sheet that they need besides that of reports.
std::string_view box_style();

}  // namespace nanobragg::commands
