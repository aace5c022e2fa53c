// Gaussians along rows, then along columns; fibre tapers by Fourier transforms.
#include "nanobragg/image/point_spread.hpp"

#include <algorithm>
#include <cmath>

#include "nanobragg/base/parallel_for.hpp"
#include "nanobragg/base/vector_clones.hpp"
#include "nanobragg/physics/point_spread.hpp"

namespace nanobragg::image {
namespace {

// In full widths: beyond it lies erfc(7.4/√2) = 1.4e-13 of a normal distribution.
constexpr double kGaussianReach = 7.4 / 2.354820045030949;

// What one pixel gives to others, by how many pixels these are away along each axis.
class TaperShares {
 public:
  // One part of the shares, of as many pixels as an image has.
  TaperShares(double width, double pixel_size, ImageShape shape, double physics::Share::*part,
              std::size_t threads)
      : corners_({shape.slow + 1, shape.fast + 1}) {
    parallel_for(corners_.shape().slow, threads, [&](std::size_t slow) {
      const double y = (static_cast<double>(slow) - 0.5) * pixel_size;
      for (std::size_t fast = 0; fast < corners_.shape().fast; ++fast) {
        const double x = (static_cast<double>(fast) - 0.5) * pixel_size;
        corners_[{slow, fast}] = physics::taper_corner(x, y, width).*part;
      }
    });
  }
  // Neighbours share corners.
  double operator()(std::size_t slow, std::size_t fast) const {
    return corners_[{slow, fast}] - corners_[{slow, fast + 1}] - corners_[{slow + 1, fast}] +
           corners_[{slow + 1, fast + 1}];
  }

 private:
  Image<double> corners_;
};

NANOBRAGG_VECTOR_CLONES
void add_scaled(double scale, const double* from, std::size_t count, double* to) {
  for (std::size_t i = 0; i < count; ++i) to[i] += scale * from[i];
}

// Along rows with one set of weights, then along columns with another.
Image<double> separable(ImageView<const double> image, const std::vector<double>& along_fast,
                        const std::vector<double>& along_slow, std::size_t threads) {
  const std::size_t rows = image.shape().slow, columns = image.shape().fast;
  Image<double> half(image.shape()), out(image.shape());
  parallel_for(rows, threads, [&](std::size_t row) {
    const double* const from = image.row(row).data();
    double* const to = half.view().row(row).data();
    add_scaled(along_fast[0], from, columns, to);
    for (std::size_t i = 1; i < std::min(along_fast.size(), columns); ++i) {
      add_scaled(along_fast[i], from, columns - i, to + i);
      add_scaled(along_fast[i], from + i, columns - i, to);
    }
  });
  parallel_for(rows, threads, [&](std::size_t row) {
    double* const to = out.view().row(row).data();
    const auto add = [&](std::size_t i, std::size_t from) {
      add_scaled(along_slow[i], half.view().row(from).data(), columns, to);
    };
    add(0, row);
    for (std::size_t i = 1; i < std::min(along_slow.size(), rows); ++i) {
      if (row >= i) add(i, row - i);
      if (row + i < rows) add(i, row + i);
    }
  });
  return out;
}

}  // namespace

std::size_t reach_of(const PointSpread& spread, double pixel_size, ImageShape shape) {
  const std::size_t farthest = std::max({shape.slow, shape.fast, std::size_t{1}}) - 1;
  if (spread.shape == PointSpreadShape::fibre) return farthest;
  const double pixels = std::ceil(kGaussianReach * spread.full_width.value() / pixel_size + 0.5);
  return static_cast<std::size_t>(std::min(pixels, static_cast<double>(farthest)));
}

SpreadOverPixels::SpreadOverPixels(const PointSpread& spread, double pixel_size, ImageShape shape,
                                   std::size_t threads)
    : spread_(spread), pixel_size_(pixel_size), reach_(reach_of(spread, pixel_size, shape)) {
  const double width = spread.full_width.value();
  if (spread.shape == PointSpreadShape::gauss) {
    for (std::size_t i = 0; i <= reach_; ++i) {
      const double middle = static_cast<double>(i) * pixel_size;
      const auto [value, by_width] =
          physics::gaussian_share(middle - pixel_size / 2.0, middle + pixel_size / 2.0, width);
      weights_.push_back(value);
      weight_slopes_.push_back(by_width);
    }
    return;
  }
  const TaperShares shares(width, pixel_size, shape, &physics::Share::value, threads);
  taper_ = std::make_unique<FourierConvolution>(shape, shares, threads);
}

void SpreadOverPixels::apply_to(ImageView<double> image, std::size_t threads) const {
  if (taper_) return taper_->apply_to(image, threads);
  const Image<double> spread = separable(image, weights_, weights_, threads);
  std::ranges::copy(spread.pixels(), image.pixels().begin());
}

void SpreadOverPixels::differentiate(ImageView<double> image, std::size_t threads) const {
  if (taper_) {
    const TaperShares slopes(spread_.full_width.value(), pixel_size_, image.shape(),
                             &physics::Share::by_width, threads);
    const FourierConvolution slope(image.shape(), slopes, threads);
    return slope.apply_to(image, threads);
  }
  const Image<double> fast = separable(image, weight_slopes_, weights_, threads);
  const Image<double> slow = separable(image, weights_, weight_slopes_, threads);
  for (std::size_t i = 0; i < image.pixels().size(); ++i) {
    image.pixels()[i] = fast.pixels()[i] + slow.pixels()[i];
  }
}

}  // namespace nanobragg::image
