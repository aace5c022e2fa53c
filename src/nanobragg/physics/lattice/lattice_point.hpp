// What the transform of a crystal's shape is evaluated at.
#pragma once

#include <array>
#include <cmath>

#include "nanobragg/geometry/vec3.hpp"
#include "nanobragg/model/lattice.hpp"

namespace nanobragg::physics {

// The crystal as its lattice transform sees it, in plain numbers S. They meet offsets of the same
// type, or vectors of numbers.
template <class S>
struct LatticeSize {
  std::array<S, 3> cells;  // Na, Nb, Nc
  S fudge;                 // scales the squared radius
  Axes<S> reciprocal;      // Å⁻¹, in any orientation
};

// A lattice transform with its derivatives.
template <class T>
struct LatticeSlopes {
  T value;
  Vec3<T> by_offset, by_cells;
  T by_fudge{};
  Vec3<T> by_radius;  // by s = Δh a* + Δk b* + Δl c*, at fixed offsets: how a*, b* and c* enter
};

// Derivatives of weight·F_lattice²; those by offsets and cells in SlopeUnits.
template <class T>
struct IntensitySlopes {
  Vec3<T> by_offset, by_cells;
  T by_fudge{};
  Vec3<T> by_radius;
};
// By which they are too small, so that constant factors are multiplied once for many of them.
struct SlopeUnits {
  double by_offset = 1.0;
  Vec3<double> by_cells{1.0, 1.0, 1.0};
};

// |Δh a* + Δk b* + Δl c*|²·(Na·Nb·Nc)² in Å⁻²: squared distance from a reciprocal lattice point,
// with offsets Δ in Miller indices, on the scale of the crystal's volume in cells.
template <class T, class S>
constexpr T scaled_radius_squared(const Vec3<T>& offset, const LatticeSize<S>& crystal) {
  const auto& [a, b, c] = crystal.reciprocal;
  const auto& [na, nb, nc] = crystal.cells;
  const Vec3<T> r{offset.x * a.x + offset.y * b.x + offset.z * c.x,
                  offset.x * a.y + offset.y * b.y + offset.z * c.y,
                  offset.x * a.z + offset.y * b.z + offset.z * c.z};
  return dot(r, r) * na * na * nb * nb * nc * nc;
}

// scale·scaled_radius_squared() with six products instead of nine: a* along the first axis, b* in
// the plane of the first two.
class ScaledRadius {
 public:
  ScaledRadius(const LatticeSize<double>& crystal, double scale) {
    const auto& [a, b, c] = crystal.reciprocal;
    const Vec3<double> first = unit(a);
    const Vec3<double> third = unit(cross(a, b));
    const Vec3<double> second = cross(third, first);
    const auto& [na, nb, nc] = crystal.cells;
    // Larger ones leave nothing but the point itself.
    const double by = std::fmin(std::sqrt(scale) * na * nb * nc, 1e100);
    a1_ = by * dot(a, first);
    b1_ = by * dot(b, first);
    b2_ = by * dot(b, second);
    c1_ = by * dot(c, first);
    c2_ = by * dot(c, second);
    c3_ = by * dot(c, third);
  }
  template <class T>
  constexpr T squared(const Vec3<T>& offset) const {
    const T x = offset.x * a1_ + offset.y * b1_ + offset.z * c1_;
    const T y = offset.y * b2_ + offset.z * c2_;
    const T z = offset.z * c3_;
    return x * x + y * y + z * z;
  }

 private:
  double a1_, b1_, b2_, c1_, c2_, c3_;
};

// scale²·(Δh²Na² + Δk²Nb² + Δl²Nc²): squared distance from a reciprocal lattice point in cells.
class CellsRadius {
 public:
  CellsRadius(const LatticeSize<double>& crystal, double scale) {
    // Larger ones leave nothing but the point itself.
    const auto along = [&](double n) { return std::fmin(scale * n, 1e18); };
    const auto& [na, nb, nc] = crystal.cells;
    by_axis_ = {along(na), along(nb), along(nc)};
  }
  template <class T>
  constexpr T squared(const Vec3<T>& offset) const {
    const T x = offset.x * by_axis_.x;
    const T y = offset.y * by_axis_.y;
    const T z = offset.z * by_axis_.z;
    return x * x + y * y + z * z;
  }

 private:
  Vec3<double> by_axis_;
};

// The amplitude at a reciprocal lattice point, for most shapes.
constexpr double peak_of(const LatticeSize<double>& crystal) {
  return crystal.cells[0] * crystal.cells[1] * crystal.cells[2];
}

}  // namespace nanobragg::physics
