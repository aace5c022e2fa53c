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

// Share of a pixel so many pixels away along each axis.
physics::Share taper_share(double width, double pixel_size, double slow, double fast) {
  physics::Share sum{0.0, 0.0};
  for (const double y : {-0.5, 0.5}) {
    for (const double x : {-0.5, 0.5}) {
      const auto [value, by_width] =
          physics::taper_corner((fast + x) * pixel_size, (slow + y) * pixel_size, width);
      const double sign = x == y ? 1.0 : -1.0;
      sum.value += sign * value;
      sum.by_width += sign * by_width;
    }
  }
  return sum;
}

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
  taper_ = std::make_unique<FourierConvolution>(
      shape,
      [&](std::size_t slow, std::size_t fast) {
        return taper_share(width, pixel_size, static_cast<double>(slow), static_cast<double>(fast))
            .value;
      },
      threads);
}

void SpreadOverPixels::apply_to(ImageView<double> image, std::size_t threads) const {
  if (taper_) return taper_->apply_to(image, threads);
  const Image<double> spread = separable(image, weights_, weights_, threads);
  std::ranges::copy(spread.pixels(), image.pixels().begin());
}

void SpreadOverPixels::differentiate(ImageView<double> image, std::size_t threads) const {
  if (taper_) {
    const FourierConvolution slope(
        image.shape(),
        [&](std::size_t y, std::size_t x) {
          return taper_share(spread_.full_width.value(), pixel_size_, static_cast<double>(y),
                             static_cast<double>(x))
              .by_width;
        },
        threads);
    return slope.apply_to(image, threads);
  }
  const Image<double> fast = separable(image, weight_slopes_, weights_, threads);
  const Image<double> slow = separable(image, weights_, weight_slopes_, threads);
  for (std::size_t i = 0; i < image.pixels().size(); ++i) {
    image.pixels()[i] = fast.pixels()[i] + slow.pixels()[i];
  }
}

}  // namespace nanobragg::image
