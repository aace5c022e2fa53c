// Bilinear interpolation, along each axis the same way.
#include "nanobragg/compare/resample.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "nanobragg/base/error.hpp"

namespace nanobragg::compare {
namespace {

// Between which two pixels a new pixel's centre lies, and how far on the way to the second.
struct Step {
  std::size_t first;
  std::size_t second;
  double fraction;
};

std::vector<Step> steps(std::size_t from, std::size_t to) {
  std::vector<Step> result;
  const double ratio = static_cast<double>(from) / static_cast<double>(to);
  const auto last = static_cast<double>(from - 1);
  for (std::size_t i = 0; i < to; ++i) {
    const double centre = std::clamp((static_cast<double>(i) + 0.5) * ratio - 0.5, 0.0, last);
    const auto first = static_cast<std::size_t>(centre);
    result.push_back({first, std::min(first + 1, from - 1), centre - std::floor(centre)});
  }
  return result;
}

}  // namespace

Image<float> resample(ImageView<const float> image, ImageShape shape) {
  if (image.shape().size() == 0 || shape.size() == 0) {
    throw Error("cannot resample (an image has no pixels)");
  }
  const std::vector<Step> slow_steps = steps(image.shape().slow, shape.slow);
  const std::vector<Step> fast_steps = steps(image.shape().fast, shape.fast);
  Image<float> result(shape);
  for (std::size_t slow = 0; slow < shape.slow; ++slow) {
    const Step& s = slow_steps[slow];
    const auto upper = image.row(s.first);
    const auto lower = image.row(s.second);
    const auto row = result.view().row(slow);
    for (std::size_t fast = 0; fast < shape.fast; ++fast) {
      const Step& f = fast_steps[fast];
      const auto mixed = [&](std::span<const float> line) {
        return std::lerp(static_cast<double>(line[f.first]), static_cast<double>(line[f.second]),
                         f.fraction);
      };
      row[fast] = static_cast<float>(std::lerp(mixed(upper), mixed(lower), s.fraction));
    }
  }
  return result;
}

}  // namespace nanobragg::compare
