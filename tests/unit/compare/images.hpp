// Images for the tests of comparisons.
#pragma once

#include <cmath>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/compare/image_pair.hpp"
#include "nanobragg/compare/peaks.hpp"

namespace nanobragg::compare::test {

inline Image<float> image_of(ImageShape shape, std::vector<float> pixels) {
  return Image<float>(shape, std::move(pixels));
}

inline ImagePair pair_of(const Image<float>& reference, const Image<float>& candidate) {
  return ImagePair(reference.view(), candidate.view());
}

// A Gaussian spot of standard deviation `sigma` pixels on nothing.
struct Spot {
  PixelPosition at;
  double height = 100.0;
  double sigma = 1.0;
};
inline Image<float> spots_image(ImageShape shape, const std::vector<Spot>& spots) {
  Image<float> image(shape);
  for (std::size_t slow = 0; slow < shape.slow; ++slow) {
    for (std::size_t fast = 0; fast < shape.fast; ++fast) {
      double value = 0.0;
      for (const Spot& spot : spots) {
        const double r = std::hypot(static_cast<double>(slow) - spot.at.slow,
                                    static_cast<double>(fast) - spot.at.fast);
        value += spot.height * std::exp(-r * r / (2.0 * spot.sigma * spot.sigma));
      }
      image[{slow, fast}] = static_cast<float>(value);
    }
  }
  return image;
}

}  // namespace nanobragg::compare::test
