// Panels of two sizes in one image.
#include "nanobragg/model/panel_stack.hpp"

#include <gtest/gtest.h>

#include <array>

namespace nanobragg {
namespace {

TEST(PanelStack, AddsRowsAndTakesTheWidest) {
  const std::array<ImageShape, 3> shapes{ImageShape{2, 5}, {3, 7}, {1, 4}};
  const PanelStack stack = stack_of(shapes);
  EXPECT_EQ(stack.shape, (ImageShape{6, 7}));
  EXPECT_EQ(stack.first_row, (std::vector<std::size_t>{0, 2, 5}));
}

TEST(PanelStack, FindsThePanelOfAPixel) {
  const std::array<ImageShape, 3> shapes{ImageShape{2, 5}, {3, 7}, {1, 4}};
  const PanelStack stack = stack_of(shapes);
  std::size_t row = 0;
  for (std::size_t panel = 0; panel < shapes.size(); ++panel) {
    for (std::size_t slow = 0; slow < shapes[panel].slow; ++slow, ++row) {
      const auto found = panel_pixel(stack, {row, 3});
      ASSERT_TRUE(found);
      EXPECT_EQ(found->panel, panel);
      EXPECT_EQ(found->pixel, (PixelIndex{slow, 3}));
    }
  }
  EXPECT_FALSE(panel_pixel(stack, {6, 0}));
}

}  // namespace
}  // namespace nanobragg
