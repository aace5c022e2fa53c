// Sums of doubles where an image of floats is to be.
#pragma once

#include <type_traits>

#include "nanobragg/base/image.hpp"
#include "nanobragg/base/large_array.hpp"

namespace nanobragg::kernel::sparse {

// A sum for each pixel of the rows from `first_row` on, kept in the image itself; in one of floats,
// with what a float leaves over beside it: 48 bits together.
template <class Real>
class PixelTotals {
 public:
  PixelTotals(ImageView<Real> image, std::size_t first_row, std::size_t rows)
      : image_(image), first_(first_row * image.shape().fast) {
    if constexpr (kIsSplit) rest_ = LargeArray<float>(rows * image.shape().fast);
  }
  // Bytes that a pixel takes beside the image.
  static constexpr std::size_t bytes_a_pixel() { return kIsSplit ? sizeof(float) : 0; }

  void add(PixelIndex pixel, double x) {
    if constexpr (kIsSplit) {
      const double sum = at(pixel) + x;
      image_[pixel] = static_cast<float>(sum);
      rest(pixel) = static_cast<float>(sum - static_cast<double>(image_[pixel]));
    } else {
      image_[pixel] += x;
    }
  }
  double at(PixelIndex pixel) {
    if constexpr (kIsSplit)
      return static_cast<double>(image_[pixel]) + static_cast<double>(rest(pixel));
    else
      return image_[pixel];
  }

 private:
  static constexpr bool kIsSplit = std::is_same_v<Real, float>;
  float& rest(PixelIndex pixel) {
    return rest_[pixel.slow * image_.shape().fast + pixel.fast - first_];
  }

  ImageView<Real> image_;
  std::size_t first_;
  LargeArray<float> rest_;
};

}  // namespace nanobragg::kernel::sparse
