// Fits three coefficients or one.
#include "nanobragg/refine/background.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace nanobragg::refine {
namespace {

constexpr int kIterations = 50;

// A plane that would be negative in a corner is made flatter.
void keep_positive(Background& background) {
  auto& [level, along_fast, along_slow] = background.coefficients;
  level = std::max(level, 0.0);
  const double fall = std::abs(along_fast) + std::abs(along_slow);
  if (fall <= level) return;
  along_fast *= level / fall;
  along_slow *= level / fall;
}

double coordinate(std::size_t at, std::size_t first, std::size_t last) {
  if (first == last) return 0.0;
  return 2.0 * static_cast<double>(at - first) / static_cast<double>(last - first) - 1.0;
}

Eigen::VectorXd scoring_step(const LossOptions& loss, const GroupPixels& pixels,
                             const Background& at, Eigen::Index size) {
  Eigen::MatrixXd information = Eigen::MatrixXd::Zero(size, size);
  Eigen::VectorXd slope = Eigen::VectorXd::Zero(size);
  for (std::size_t i = 0; i < pixels.photons.size(); ++i) {
    const PixelLoss pixel =
        pixel_loss(loss, pixels.photons[i] + at.at(pixels.basis[i]), pixels.observed[i]);
    const Eigen::Map<const Eigen::VectorXd> basis(pixels.basis[i].data(), size);
    information += pixel.curvature * basis * basis.transpose();
    slope += pixel.slope * basis;
  }
  return -information.completeOrthogonalDecomposition().solve(slope);
}

}  // namespace

std::array<double, 3> background_basis(const RegionOfInterest& box, PixelIndex pixel) {
  return {1.0, coordinate(pixel.fast, box.first.fast, box.last.fast),
          coordinate(pixel.slow, box.first.slow, box.last.slow)};
}

Background fit_background(BackgroundKind kind, const LossOptions& loss, const GroupPixels& pixels) {
  Background background;
  if (kind == BackgroundKind::none || pixels.photons.empty()) return background;
  const Eigen::Index size = kind == BackgroundKind::constant ? 1 : 3;
  // The median observation: spots cover a small part.
  std::vector<double> sorted(pixels.observed.begin(), pixels.observed.end());
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  background.coefficients[0] = std::max(*middle, 0.1);
  for (int i = 0; i < kIterations; ++i) {
    const Eigen::VectorXd step = scoring_step(loss, pixels, background, size);
    const Background before = background;
    for (Eigen::Index k = 0; k < size; ++k) {
      background.coefficients[static_cast<std::size_t>(k)] += step[k];
    }
    keep_positive(background);
    double moved = 0.0;
    for (std::size_t k = 0; k < 3; ++k) {
      moved = std::max(moved, std::abs(background.coefficients[k] - before.coefficients[k]));
    }
    if (moved <= 1e-10 * (1.0 + background.coefficients[0])) break;
  }
  const auto& [level, along_fast, along_slow] = background.coefficients;
  const bool is_free = level > 1e-9 && std::abs(along_fast) + std::abs(along_slow) < level;
  background.moves = {is_free, is_free && size == 3, is_free && size == 3};
  return background;
}

}  // namespace nanobragg::refine
