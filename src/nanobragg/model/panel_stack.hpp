// Several panels as one image: one below the other, in their order.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/model/detector.hpp"

namespace nanobragg {

// The first row of each panel, and the whole, which is as wide as the widest. A detector of one
// panel is its own stack.
struct PanelStack {
  std::vector<std::size_t> first_row;
  ImageShape shape;
};

PanelStack stack_of(std::span<const Panel> panels);
PanelStack stack_of(std::span<const PanelValues> panels);
PanelStack stack_of(std::span<const ImageShape> shapes);

// A pixel of the stack as one of a panel.
struct PanelPixel {
  std::size_t panel;
  PixelIndex pixel;
};

// The panel whose rows hold the pixel, whether or not it is as wide as that; nothing below the
// last.
std::optional<PanelPixel> panel_pixel(const PanelStack& stack, PixelIndex pixel);

}  // namespace nanobragg
