// An overall anisotropic B factor: what it does to the amplitude of each reflection.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include "nanobragg/geometry/vec3.hpp"
#include "nanobragg/model/lattice.hpp"
#include "nanobragg/model/structure_factors.hpp"
#include "nanobragg/model/symmetry.hpp"

namespace nanobragg {

// The elements of a symmetric tensor in the order 11, 22, 33, 12, 13, 23.
inline constexpr std::size_t kTensorElements = 6;
template <class T>
using SymmetricTensor = std::array<T, kTensorElements>;

// Bij·ai*·aj* of B in Å² on the reciprocal axes, whose lengths are in Å⁻¹: as Uij = Bij/8π² of an
// atom in a CIF (Trueblood et al. (1996), Acta Cryst. A52, 770, eq. 19).
template <class T>
SymmetricTensor<T> displacement_of(const SymmetricTensor<T>& b, const Axes<T>& reciprocal) {
  const T a = length(reciprocal.a), bb = length(reciprocal.b), c = length(reciprocal.c);
  return {b[0] * a * a, b[1] * bb * bb, b[2] * c * c, b[3] * a * bb, b[4] * a * c, b[5] * bb * c};
}

// h², k², l², 2hk, 2hl, 2kl: Σ βij hi hj is their product with β.
inline SymmetricTensor<double> index_products(const MillerIndex& i) {
  const double h = i.h, k = i.k, l = i.l;
  return {h * h, k * k, l * l, 2.0 * h * k, 2.0 * h * l, 2.0 * k * l};
}

// exp(−¼ Σ βij hi hj), which an amplitude is multiplied by: its square is exp(−½ qᵀBq).
template <class T>
T displacement_of_amplitude(const SymmetricTensor<T>& beta, const MillerIndex& index) {
  using std::exp;
  const SymmetricTensor<double> products = index_products(index);
  T sum(0);
  for (std::size_t i = 0; i < kTensorElements; ++i) sum = sum + T(products[i]) * beta[i];
  return exp(T(-0.25) * sum);
}

// Rotations that leave the lengths and angles of a lattice as they are, but for a relative
// tolerance, as h' = hR: the identity alone of a triclinic one.
std::vector<SymmetryOperation> rotations_of(const Axes<double>& direct, double tolerance);

// R t Rᵀ, the tensor of which Σ tij hi hj is that of t at h' = hR.
template <class T>
SymmetricTensor<T> rotated(const SymmetricTensor<T>& t, const SymmetryOperation& operation) {
  constexpr std::array<std::array<std::size_t, 3>, 3> kPlaces{{{0, 3, 4}, {3, 1, 5}, {4, 5, 2}}};
  const auto& r = operation.rotation;
  SymmetricTensor<T> out{};
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = i; j < 3; ++j) {
      T& to = out.at(kPlaces.at(i).at(j));
      for (std::size_t k = 0; k < 9; ++k) {
        const int product = r.at(i).at(k / 3) * r.at(j).at(k % 3);
        to = to + T(static_cast<double>(product)) * t.at(kPlaces.at(k / 3).at(k % 3));
      }
    }
  }
  return out;
}

// The mean of a tensor over operations, which has their symmetry; at least one.
template <class T>
SymmetricTensor<T> averaged(const SymmetricTensor<T>& t,
                            std::span<const SymmetryOperation> operations) {
  SymmetricTensor<T> mean{};
  for (const SymmetryOperation& operation : operations) {
    const SymmetricTensor<T> image = rotated(t, operation);
    for (std::size_t i = 0; i < mean.size(); ++i) mean.at(i) = mean.at(i) + image.at(i);
  }
  for (T& element : mean) element = element / T(static_cast<double>(operations.size()));
  return mean;
}

// The mean of B over operations, which has their symmetry; B where there are none.
SymmetricTensor<double> averaged(const SymmetricTensor<double>& b, const Axes<double>& reciprocal,
                                 std::span<const SymmetryOperation> operations);

// The displaced amplitudes, in the box of the table. Where amplitudes outside of it are not 0, the
// table is that of `reach`, beyond which nothing is displaced. Throws Error where that does not fit
// in memory, and for amplitudes that are no longer finite.
StructureFactors displaced(const StructureFactors& factors, const SymmetricTensor<double>& beta,
                           const MillerBox& reach);

}  // namespace nanobragg
