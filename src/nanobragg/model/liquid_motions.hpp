// Motions of the parts of a crystal that are correlated as in a liquid.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "nanobragg/model/anisotropic_displacement.hpp"
#include "nanobragg/model/lattice.hpp"
#include "nanobragg/model/laue_class.hpp"

namespace nanobragg {

// Every part of the crystal is displaced by a normal deviate; displacements of parts a vector r
// apart are correlated by exp(−r/γ) (physics/liquid_motions.hpp).
struct LiquidMotions {
  // Root mean square displacements σ and correlation lengths γ along the axes of crystal_frame(),
  // Å.
  std::array<double, 3> sigma_A{};
  std::array<double, 3> gamma_A{};
  // Whose rotations both are averaged over; unset: those of the amplitudes.
  std::optional<LaueClass> laue_class = std::nullopt;
  // Haloes of reflections up to so many indices from the nearest add up.
  int neighbours = 1;
};

// Throws Error for displacements that are negative or too large (limits::kLargestDisplacement_A),
// lengths that are not positive, and numbers of neighbours beyond 0 … limits::kMostNeighbours.
void check(const LiquidMotions& motions);

// scale·Σ_k width_k² (ai*·ek)(aj*·ek), with the axes ek of crystal_frame().
template <class T>
SymmetricTensor<T> tensor_along_frame(const std::array<T, 3>& widths, const Axes<T>& reciprocal,
                                      const T& scale) {
  const Axes<T> frame = crystal_frame(reciprocal);
  const std::array<Vec3<T>, 3> e{frame.a, frame.b, frame.c};
  const std::array<Vec3<T>, 3> stars{reciprocal.a, reciprocal.b, reciprocal.c};
  constexpr std::array<std::array<std::size_t, 2>, kTensorElements> kPairs{
      {{0, 0}, {1, 1}, {2, 2}, {0, 1}, {0, 2}, {1, 2}}};
  SymmetricTensor<T> out{};
  for (std::size_t n = 0; n < kTensorElements; ++n) {
    const auto& [i, j] = kPairs.at(n);
    for (std::size_t k = 0; k < 3; ++k) {
      const T square = widths.at(k) * widths.at(k);
      out.at(n) =
          out.at(n) + scale * square * dot(stars.at(i), e.at(k)) * dot(stars.at(j), e.at(k));
    }
  }
  return out;
}

}  // namespace nanobragg
