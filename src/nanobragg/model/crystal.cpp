// What a valid crystal is, and its lattice.
#include "nanobragg/model/crystal.hpp"

#include <fmt/format.h>

#include <cmath>

#include "nanobragg/base/contracts.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/model/limits.hpp"

namespace nanobragg {

Lattice<double> lattice_of(const CrystalValues& crystal) {
  NANOBRAGG_EXPECTS(crystal.cell || crystal.reciprocal_axes);
  const Axes<double> reciprocal =
      crystal.reciprocal_axes ? *crystal.reciprocal_axes : standard_reciprocal_axes(*crystal.cell);
  const Axes<double> misset =
      transform(reciprocal, [&](const auto& v) { return rotate_xyz(v, crystal.misset_rad); });
  return make_lattice(misset, crystal.cell);
}

std::array<double, 3> spreads_by_axis(const Mosaicity& mosaicity) {
  const double largest = mosaicity.spread.value();
  if (!mosaicity.relative_spreads) return {largest, largest, largest};
  const auto& [x, y, z] = *mosaicity.relative_spreads;
  return {largest * x, largest * y, largest * z};
}

namespace {

void check_size(const CrystalValues& values) {
  for (const double n : values.cells) {
    if (!(n >= 1.0)) {
      throw Error("crystal smaller than one unit cell (Na, Nb and Nc must be at least 1)");
    }
    if (!(n <= limits::kMostCells)) {
      throw Error(fmt::format("impossible crystal of {:g} cells along an axis (at most {:g})", n,
                              limits::kMostCells));
    }
  }
  if (!(values.blocks > 0.0) || !std::isfinite(values.blocks)) {
    throw Error(fmt::format("impossible number of blocks {:g} (it is above 0)", values.blocks));
  }
  if (!(values.fudge > 0.0) || !std::isfinite(values.fudge)) {
    throw Error(fmt::format("impossible fudge {:g} (it is a positive number)", values.fudge));
  }
  if (!(values.cell_spread >= 0.0 && values.cell_spread <= limits::kWidestCellSpread)) {
    throw Error(fmt::format("impossible spread of cell lengths of {:g} % (0 to {:g})",
                            100.0 * values.cell_spread, 100.0 * limits::kWidestCellSpread));
  }
  if (!(std::abs(values.b_factor) <= limits::kLargestB_A2)) {
    throw Error(fmt::format("impossible B factor {:g} Å² (-{} to {})", values.b_factor,
                            limits::kLargestB_A2, limits::kLargestB_A2));
  }
}

}  // namespace

void check(const LiquidMotions& motions) {
  for (const double sigma : motions.sigma_A) {
    if (sigma >= 0.0 && sigma <= limits::kLargestDisplacement_A) continue;
    throw Error(fmt::format("impossible displacement {:g} Å of liquid-like motions (0 to {:g} Å)",
                            sigma, limits::kLargestDisplacement_A));
  }
  for (const double gamma : motions.gamma_A) {
    if (gamma > 0.0 && gamma <= limits::kLongestCorrelation_A) continue;
    throw Error(
        fmt::format("impossible correlation length {:g} Å of liquid-like motions (above 0, "
                    "up to {:g} Å)",
                    gamma, limits::kLongestCorrelation_A));
  }
  if (motions.neighbours >= 0 && motions.neighbours <= limits::kMostNeighbours) return;
  throw Error(fmt::format("haloes of {} neighbours (0 to {})", motions.neighbours,
                          limits::kMostNeighbours));
}

namespace {

void check_disorder(const CrystalValues& values) {
  if (values.displacements.liquid_motions) check(*values.displacements.liquid_motions);
  if (values.displacements.anisotropic_b) {
    for (const double element : *values.displacements.anisotropic_b) {
      if (std::abs(element) <= limits::kLargestB_A2) continue;
      throw Error(fmt::format("impossible element of an anisotropic B {:g} Å² (-{} to {})", element,
                              limits::kLargestB_A2, limits::kLargestB_A2));
    }
  }
  const auto& [distribution, width, count] = values.block_sizes;
  if (!(width >= 0.0 && width <= limits::kWidestBlockSizes)) {
    throw Error(fmt::format("impossible relative width {:g} of the sizes of blocks (0 to {:g})",
                            width, limits::kWidestBlockSizes));
  }
  if (count < 1 || count > limits::kMostBlockSizes) {
    throw Error(fmt::format("{} sizes of blocks (1 to {})", count, limits::kMostBlockSizes));
  }
}

void check_correlations(const Mosaicity& mosaicity) {
  const auto& [yz, xz, xy] = mosaicity.correlations;
  if (yz == 0.0 && xz == 0.0 && xy == 0.0) return;
  if (!mosaicity.relative_spreads) {
    throw Error("correlations of mosaic turns that are alike about all axes", "",
                "-mosaic_spread_abc gives the half width about each");
  }
  if (!(std::abs(yz) <= 1.0 && std::abs(xz) <= 1.0 && std::abs(xy) <= 1.0)) {
    throw Error(fmt::format(
        "impossible correlations of mosaic turns, {:g}, {:g} and {:g} (−1 to 1)", yz, xz, xy));
  }
}

void check_mosaicity(const Mosaicity& mosaicity) {
  const double spread = mosaicity.spread.value();
  if (!(spread >= 0.0 && spread <= limits::kWidestMosaic_rad)) {
    throw Error(fmt::format("impossible mosaic spread {:g}° (0 to {:g}°)",
                            spread * constants::kDegreesPerRadian,
                            limits::kWidestMosaic_rad * constants::kDegreesPerRadian));
  }
  if (mosaicity.relative_spreads) {
    for (const double relative : *mosaicity.relative_spreads) {
      if (!(relative >= 0.0 && relative <= 1.0)) {
        throw Error(fmt::format(
            "impossible mosaic spread about an axis, {:g} of the largest (0 to 1)", relative));
      }
    }
    if (mosaicity.shape != MosaicShape::gauss) {
      throw Error("a mosaic spread for each axis of turns that are not normally distributed", "",
                  "-mosaic_shape gauss has one");
    }
  }
  check_correlations(mosaicity);
  if (mosaicity.domains < 1) throw Error("a crystal has at least one mosaic domain");
}

}  // namespace

void check(const CrystalValues& values) {
  if (!values.cell && !values.reciprocal_axes) {
    throw Error("no unit cell", "", "give -cell a b c alpha beta gamma, or -mat FILE");
  }
  if (values.cell) check(*values.cell);
  if (values.reciprocal_axes) {
    const auto& [a, b, c] = *values.reciprocal_axes;
    // Relative to the lengths, so that the test does not depend on their unit.
    const double box = length(a) * length(b) * length(c);
    const double volume = dot(a, cross(b, c));
    if (!std::isfinite(box) || !(std::abs(volume) > 1e-12 * box)) {
      throw Error("singular orientation matrix (its three vectors lie in one plane)");
    }
    if (volume < 0.0) {
      throw Error("left-handed orientation matrix (a*·(b* × c*) is negative)", "",
                  "exchange two of its vectors, or turn all three round");
    }
    // Beside a cell the axes give directions alone.
    if (!values.cell) check(cell_of(make_lattice<double>(*values.reciprocal_axes, std::nullopt)));
  }
  const Vec3<double>& misset = values.misset_rad;
  if (!std::isfinite(misset.x + misset.y + misset.z)) {
    throw Error("impossible missetting angles (one is not finite)");
  }
  check_size(values);
  check_disorder(values);
  check_mosaicity(values.mosaicity);
}

}  // namespace nanobragg
