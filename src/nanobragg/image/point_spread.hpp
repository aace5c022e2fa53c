// The detector's point spread: a linear stage that moves photons between the pixels of a panel.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/image/convolution.hpp"
#include "nanobragg/model/point_spread.hpp"

namespace nanobragg::image {

// Every pixel takes the integral of the spread over its area, of light that falls on the middle of
// another. What a point spreads beyond the edge of the image is lost, as no other panel stands
// there; nothing else is: of a Gaussian, what lies farther than reach() is less than 1e-13 of the
// light. Symmetric, so that it is its own transpose. Thread-safe once made.
class SpreadOverPixels {
 public:
  // Of images of a shape, with pixels of a size (m).
  SpreadOverPixels(const PointSpread& spread, double pixel_size, ImageShape shape,
                   std::size_t threads);

  // Pixels, along each axis, that the light of one can come to.
  std::size_t reach() const { return reach_; }
  void apply_to(ImageView<double> image, std::size_t threads) const;
  // The derivative of what apply_to() makes by the full width at half maximum (per m).
  void differentiate(ImageView<double> image, std::size_t threads) const;

 private:
  // Along one axis, from the middle on.
  std::vector<double> weights_, weight_slopes_;
  PointSpread spread_;
  double pixel_size_;
  std::size_t reach_;
  std::unique_ptr<const FourierConvolution> taper_;
};

// The same reach without the rest.
std::size_t reach_of(const PointSpread& spread, double pixel_size, ImageShape shape);

}  // namespace nanobragg::image
