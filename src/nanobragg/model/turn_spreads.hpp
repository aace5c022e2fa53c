// How widely turns about three axes are spread, and how they go together.
#pragma once

#include <array>
#include <cmath>

#include "nanobragg/base/number.hpp"
#include "nanobragg/geometry/vec3.hpp"

namespace nanobragg {

// Of turns about three axes: how widely they are spread about each, and correlations as in
// Mosaicity.
template <class T>
struct TurnSpreads {
  std::array<T, 3> widths{}, correlations{};
};

// The triangular root of the matrix of such correlations: row i makes the turn about axis i from
// three independent deviates.
template <class T>
std::array<Vec3<T>, 3> root_of(const std::array<T, 3>& correlations) {
  using std::sqrt;
  // Of what is wholly correlated, derivatives end.
  const auto rest = [](const T& x) {
    const T left = T(1.0) - x * x;
    return plain(left) > 1e-12 ? T(sqrt(left)) : T(0.0);
  };
  const auto& [yz, xz, xy] = correlations;
  const T of_third = rest(xz);
  return {{{T(1.0), T(0.0), T(0.0)},
           {xy, rest(xy), T(0.0)},
           {xz, T(yz * of_third), T(rest(yz) * of_third)}}};
}

}  // namespace nanobragg
