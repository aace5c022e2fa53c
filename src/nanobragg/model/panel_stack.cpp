// Adds up rows.
#include "nanobragg/model/panel_stack.hpp"

#include <algorithm>

namespace nanobragg {
namespace {

void add(PanelStack& stack, ImageShape shape) {
  stack.first_row.push_back(stack.shape.slow);
  stack.shape.slow += shape.slow;
  stack.shape.fast = std::max(stack.shape.fast, shape.fast);
}

}  // namespace

PanelStack stack_of(std::span<const Panel> panels) {
  PanelStack stack;
  for (const Panel& panel : panels) add(stack, panel->shape);
  return stack;
}

PanelStack stack_of(std::span<const PanelValues> panels) {
  PanelStack stack;
  for (const PanelValues& panel : panels) add(stack, panel.shape);
  return stack;
}

PanelStack stack_of(std::span<const ImageShape> shapes) {
  PanelStack stack;
  for (const ImageShape shape : shapes) add(stack, shape);
  return stack;
}

std::optional<PanelPixel> panel_pixel(const PanelStack& stack, PixelIndex pixel) {
  if (pixel.slow >= stack.shape.slow) return std::nullopt;
  const auto next = std::ranges::upper_bound(stack.first_row, pixel.slow);
  const auto panel = static_cast<std::size_t>(next - stack.first_row.begin()) - 1;
  return PanelPixel{panel, {pixel.slow - stack.first_row[panel], pixel.fast}};
}

}  // namespace nanobragg
