// Convolution with a symmetric kernel by Fourier transforms.
#pragma once

#include <complex>
#include <cstddef>
#include <functional>
#include <vector>

#include "nanobragg/base/image.hpp"

namespace nanobragg::image {

// Of images of one shape, with nothing beyond their edges. The kernel is the same seen from either
// side along both axes, so that the convolution is its own transpose. Rounding leaves errors of
// 1e-15 of the brightest pixel times the square root of the number of pixels.
class FourierConvolution {
 public:
  // kernel(slow, fast) is what a pixel gives to another so many pixels away along each axis.
  FourierConvolution(ImageShape shape,
                     const std::function<double(std::size_t, std::size_t)>& kernel,
                     std::size_t threads);

  void apply_to(ImageView<double> image, std::size_t threads) const;

 private:
  using Spectrum = std::vector<std::complex<double>>;
  // Of an image padded to padded_; rows of half the fast axis' frequencies.
  Spectrum transform(ImageView<const double> image, std::size_t threads) const;
  void transform_columns(Spectrum& spectrum, bool forward, std::size_t threads) const;
  std::size_t frequencies() const { return padded_.fast / 2 + 1; }

  ImageShape shape_, padded_;
  std::vector<double> kernel_;  // its transform, which is real
};

}  // namespace nanobragg::image
