// The unit cell of a crystal: three edges and three angles.
#pragma once

#include <cmath>

#include "nanobragg/base/checked.hpp"
#include "nanobragg/geometry/vec3.hpp"

namespace nanobragg {

// Edges in Å, angles in radians: α between b and c, β between c and a, γ between a and b.
template <class T>
struct CellParameters {
  T a, b, c;
  T alpha, beta, gamma;
  friend bool operator==(const CellParameters&, const CellParameters&) = default;
};

// Throws Error unless edges are positive and the angles enclose a volume.
void check(const CellParameters<double>& cell);

using UnitCell = Checked<CellParameters<double>>;

// Volume in Å³: V = 2abc √|sin s · sin(s − α) · sin(s − β) · sin(s − γ)|, s = (α + β + γ)/2
// (International Tables for Crystallography C, 1.1).
template <class T>
T volume(const CellParameters<T>& cell) {
  using std::sin;
  using std::sqrt;
  const T s = (cell.alpha + cell.beta + cell.gamma) / 2.0;
  T skew = sin(s) * sin(s - cell.alpha) * sin(s - cell.beta) * sin(s - cell.gamma);
  if (skew < T(0)) skew = -skew;
  return 2.0 * cell.a * cell.b * cell.c * sqrt(skew);
}

}  // namespace nanobragg
