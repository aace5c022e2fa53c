// What a valid crystal is, and its lattice.
#include "nanobragg/model/crystal.hpp"

#include <cmath>

#include "nanobragg/base/contracts.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/geometry/rotation.hpp"

namespace nanobragg {

Lattice<double> lattice_of(const CrystalValues& crystal) {
  NANOBRAGG_EXPECTS(crystal.cell || crystal.reciprocal_axes);
  const Axes<double> reciprocal =
      crystal.reciprocal_axes ? *crystal.reciprocal_axes : standard_reciprocal_axes(*crystal.cell);
  const Axes<double> misset =
      transform(reciprocal, [&](const auto& v) { return rotate_xyz(v, crystal.misset_rad); });
  return make_lattice(misset, crystal.cell);
}

void check(const CrystalValues& values) {
  if (!values.cell && !values.reciprocal_axes) {
    throw Error("no unit cell", "", "give -cell a b c alpha beta gamma, or -mat FILE");
  }
  if (values.cell) check(*values.cell);
  if (values.reciprocal_axes) {
    const auto& [a, b, c] = *values.reciprocal_axes;
    // Relative to the lengths, so that the test does not depend on their unit.
    const double box = length(a) * length(b) * length(c);
    if (!std::isfinite(box) || !(std::abs(dot(a, cross(b, c))) > 1e-12 * box)) {
      throw Error("singular orientation matrix (its three vectors lie in one plane)");
    }
  }
  for (const double n : values.cells) {
    if (!(n >= 1.0) || !std::isfinite(n)) {
      throw Error("crystal smaller than one unit cell (Na, Nb and Nc must be at least 1)");
    }
  }
  if (values.mosaicity.domains < 1) throw Error("a crystal has at least one mosaic domain");
}

}  // namespace nanobragg
