// The background under the model's photons: a constant of an image or a plane a box, as light as
// fits best.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "nanobragg/base/image.hpp"
#include "nanobragg/refine/loss.hpp"
#include "nanobragg/refine/pixels.hpp"

namespace nanobragg::refine {

enum class BackgroundKind : std::uint8_t { none, constant, plane };

// c₀ + c₁u + c₂v photons, u and v from −1 to 1 along fast and slow over the box of a group; never
// negative there.
struct Background {
  std::array<double, 3> coefficients{};
  std::array<bool, 3> moves{};  // false: at a limit, or not part of the background

  double at(const std::array<double, 3>& basis) const {
    return coefficients[0] + coefficients[1] * basis[1] + coefficients[2] * basis[2];
  }
};

// 1, u, v of a pixel.
std::array<double, 3> background_basis(const RegionOfInterest& box, PixelIndex pixel);

// The pixels of one group in their order.
struct GroupPixels {
  std::span<const std::array<double, 3>> basis;
  std::span<const double> photons;  // of the model alone
  std::span<const double> observed;
};

// Where the loss of the group's pixels is least, by Fisher scoring.
Background fit_background(BackgroundKind kind, const LossOptions& loss, const GroupPixels& pixels);

}  // namespace nanobragg::refine
