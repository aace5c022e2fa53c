// The reciprocal lattice of a cell by another way than the program's: direct vectors, cross
// products.
#pragma once

#include <cmath>

#include "nanobragg/geometry/vec3.hpp"
#include "nanobragg/model/structure_factors.hpp"
#include "nanobragg/model/unit_cell.hpp"

namespace nanobragg::testing_support {

// Reciprocal lattice vector of (h, k, l) in Å⁻¹: a along x, b in the xy plane.
inline Vec3<double> scattering_vector(const CellParameters<double>& cell, MillerIndex i) {
  const double cosine = std::cos(cell.gamma);
  const double sine = std::sin(cell.gamma);
  const Vec3<double> a{cell.a, 0.0, 0.0};
  const Vec3<double> b{cell.b * cosine, cell.b * sine, 0.0};
  const double x = cell.c * std::cos(cell.beta);
  const double y = cell.c * (std::cos(cell.alpha) - std::cos(cell.beta) * cosine) / sine;
  const Vec3<double> c{x, y, std::sqrt(cell.c * cell.c - x * x - y * y)};
  const double volume = dot(a, cross(b, c));
  const auto h = static_cast<double>(i.h);
  const auto k = static_cast<double>(i.k);
  const auto l = static_cast<double>(i.l);
  return (h * cross(b, c) + k * cross(c, a) + l * cross(a, b)) / volume;
}

}  // namespace nanobragg::testing_support
