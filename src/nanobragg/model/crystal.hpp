// The crystal: lattice, orientation, size, shape and mosaicity.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "nanobragg/base/checked.hpp"
#include "nanobragg/base/units.hpp"
#include "nanobragg/model/crystal_shape.hpp"
#include "nanobragg/model/lattice.hpp"
#include "nanobragg/model/liquid_motions.hpp"

namespace nanobragg {

// How the turns of mosaic domains are distributed.
enum class MosaicShape : std::uint8_t {
  cap,    // angles of up to the spread; the first domain is aligned
  gauss,  // about each of three axes a normal deviate, of which the spread is the half width at
          // half maximum
};

// How domains are chosen from the distribution.
enum class DomainDraw : std::uint8_t {
  random,  // by a seed
  even,    // spread evenly, so that their mean turn is 0: of gauss alone
};

// A spread or count that makes one domain of the crystal leaves spread 0.
struct Mosaicity {
  Radian spread;
  int domains = 1;
  std::int64_t seed = 12345678;
  // The seed of a random setting that was drawn before the domains: where theirs is below 0, they
  // go on with its table of random numbers.
  std::optional<std::int64_t> setting_seed = std::nullopt;
  MosaicShape shape = MosaicShape::cap;
  DomainDraw draw = DomainDraw::random;
  // Half widths about the axes of crystal_frame(), relative to the largest, which is `spread`: of
  // gauss alone. Unset: all turns are alike.
  std::optional<std::array<double, 3>> relative_spreads = std::nullopt;
  // Of the turns about the second and third of these axes (what is left of it once the first is
  // known: a partial correlation), the first and third, the first and second; from −1 to 1, and 0
  // where the turns are alike.
  std::array<double, 3> correlations{};
};

// Half widths about the axes of crystal_frame(), rad.
std::array<double, 3> spreads_by_axis(const Mosaicity& mosaicity);

// How the edges of the crystal's blocks are distributed about Na, Nb and Nc cells.
enum class SizeDistribution : std::uint8_t { lognormal, gamma };

// By volume: the share of the crystal that is in blocks of a size. All edges of a block are longer
// by the same factor, whose mean is 1.
struct BlockSizes {
  SizeDistribution distribution = SizeDistribution::lognormal;
  double relative_width = 0.0;  // standard deviation of the factor; 0: all blocks are alike
  int count = 5;                // sizes that stand for all (Gauss quadrature)
};

// Displacements of atoms beside the isotropic B.
struct Displacements {
  // B11 B22 B33 B12 B13 B23, Å², on the reciprocal axes: intensities fall by exp(−½ Σ Bij hi hj ai*
  // aj*) as well (model/anisotropic_displacement.hpp). Unset: by nothing.
  std::optional<std::array<double, 6>> anisotropic_b = std::nullopt;
  // Weakens intensities as an anisotropic B of 8π²σ² does, and adds haloes. Unset: nothing moves.
  std::optional<LiquidMotions> liquid_motions = std::nullopt;
};

struct CrystalValues {
  // At least one of the two. The cell alone stands in the standard orientation; both: the axes
  // give the orientation, the cell the lengths.
  std::optional<CellParameters<double>> cell;
  std::optional<Axes<double>> reciprocal_axes;  // Å⁻¹, at spindle angle 0 before missetting
  Vec3<double> misset_rad;                      // applied about x, then y, then z

  std::array<double, 3> cells{1.0, 1.0, 1.0};  // Na, Nb, Nc: real numbers, at least 1
  // How many blocks of so many cells the beam meets: their intensities add up.
  double blocks = 1.0;
  CrystalShape shape = CrystalShape::square;
  double fudge = 1.0;     // scales the width of the lattice transform
  double b_factor = 0.0;  // Å², isotropic: intensities fall by exp(−2B(sin θ/λ)²)
  Displacements displacements;
  // Full width at half maximum of the lengths of the domains' cells, relative to their mean: all
  // three edges of a domain are longer by the same normal deviate.
  double cell_spread = 0.0;
  Mosaicity mosaicity;
  BlockSizes block_sizes;
};

// Throws Error for an impossible cell, singular or left-handed axes, and other numbers out of
// range.
void check(const CrystalValues& values);

using Crystal = Checked<CrystalValues>;

// The lattice at spindle angle 0, missetting applied.
Lattice<double> lattice_of(const CrystalValues& crystal);

}  // namespace nanobragg
