// Gaussian spots, as wide along each axis as its number of cells makes them.
#pragma once

#include <cmath>
#include <numbers>

#include "nanobragg/physics/lattice/gauss.hpp"
#include "nanobragg/physics/lattice/lattice_point.hpp"

namespace nanobragg::physics {

// F_lattice² = Π κNᵢ²·exp(−fudge·4 ln 2·(Δᵢ·Nᵢ/w)²), i = a, b, c, with offsets Δ in Miller indices:
// along each axis the full width at half maximum w/N and the integral N of the square shape's
// sin²(πNΔ)/sin²(πΔ), for fudge 1. w solves sin²(πw/2) = ½(πw/2)², the limit of many cells, which N
// cells approach as 1/N². The integral of a spot is Na·Nb·Nc.
struct GaussCellsLattice {
  static constexpr double kWidth = 0.8858929413789046;
  // κ = 2√(ln 2/π)/w, so that the integral is N.
  static constexpr double kHeight = 1.0604410926193906;
  // F_lattice = height·exp(−slope·fudge·ΣΔ²N²).
  static constexpr double kSlope = 2.0 * std::numbers::ln2 / (kWidth * kWidth);
  // κ^(3/2).
  static constexpr double kPeak = 1.0920180647757822;

  // Standard deviation of F_lattice² along an axis, in Miller indices.
  template <class T>
  static constexpr T deviation(const T& cells, const T& fudge) {
    using std::sqrt;
    return T(1.0) / (T(2.0) * cells * sqrt(T(kSlope) * fudge));
  }

  template <class T, class S>
  static constexpr T amplitude(const Vec3<T>& offset, const LatticeSize<S>& crystal) {
    using std::exp;
    const auto& [na, nb, nc] = crystal.cells;
    return T(kPeak) * na * nb * nc * exp(T(-kSlope) * crystal.fudge * squared(offset, crystal));
  }

  class Mixed : public GaussMixed<CellsRadius> {
   public:
    explicit Mixed(const LatticeSize<double>& crystal)
        : GaussMixed({crystal, std::sqrt(2.0 * kSlope / std::numbers::ln2 * crystal.fudge)},
                     peak(crystal)) {}
  };

  static constexpr bool kUsesFudge = true;
  static constexpr bool kUsesReciprocal = false;
  template <class T>
  static constexpr LatticeSlopes<T> slopes(const Vec3<T>& offset,
                                           const LatticeSize<double>& crystal) {
    const auto& [na, nb, nc] = crystal.cells;
    const T value = amplitude(offset, crystal);
    const double by_square = -kSlope * crystal.fudge;
    const auto by_offset = [&](const T& delta, double n) {
      return value * delta * (2.0 * by_square * n * n);
    };
    const auto by_cells = [&](const T& delta, double n) {
      return value * (T(1.0 / n) + delta * delta * (2.0 * by_square * n));
    };
    return {value,
            {by_offset(offset.x, na), by_offset(offset.y, nb), by_offset(offset.z, nc)},
            {by_cells(offset.x, na), by_cells(offset.y, nb), by_cells(offset.z, nc)},
            value * squared(offset, crystal) * T(-kSlope),
            {T(0), T(0), T(0)}};
  }

  // See spot_radius(): where ΣΔ²N² leaves `smallest`; the ellipsoid of Δ stands inside the box of
  // its half axes.
  static constexpr double spot_radius(double smallest, const LatticeSize<double>& crystal) {
    const double height = peak(crystal);
    if (height <= smallest) return 0.0;
    const double root = std::sqrt(std::log(height / smallest) / (kSlope * crystal.fudge));
    const auto& [a, b, c] = crystal.reciprocal;
    const auto& [na, nb, nc] = crystal.cells;
    return root * (length(a) / na + length(b) / nb + length(c) / nc);
  }

 private:
  static constexpr double peak(const LatticeSize<double>& crystal) {
    return kPeak * peak_of(crystal);
  }
  // ΣΔ²N².
  template <class T, class S>
  static constexpr T squared(const Vec3<T>& offset, const LatticeSize<S>& crystal) {
    const auto along = [](const T& delta, const S& n) {
      const T x = delta * n;
      return x * x;
    };
    const auto& [na, nb, nc] = crystal.cells;
    return along(offset.x, na) + along(offset.y, nb) + along(offset.z, nc);
  }
};

}  // namespace nanobragg::physics
