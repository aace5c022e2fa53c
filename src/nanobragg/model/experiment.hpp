// Everything that determines an image of expected photons.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "nanobragg/base/units.hpp"
#include "nanobragg/model/amorphous.hpp"
#include "nanobragg/model/beam.hpp"
#include "nanobragg/model/beamstop.hpp"
#include "nanobragg/model/crystal.hpp"
#include "nanobragg/model/detector.hpp"
#include "nanobragg/model/measured_background.hpp"
#include "nanobragg/model/sampling.hpp"
#include "nanobragg/model/spindle.hpp"
#include "nanobragg/model/structure_factors.hpp"

namespace nanobragg {

// One of several lattices that grew together: the crystal's, turned. The crystal's misset turns all
// of them as one.
struct LatticePart {
  Vec3<double> turn_rad;  // about x, then y, then z, before the misset
  double weight = 1.0;    // share of the crystal's volume, relative to the other lattices
};

// Of so many lattices, the first, turns and weights are parameters.
inline constexpr std::size_t kMostRefinedLattices = 8;

struct Experiment {
  Crystal crystal;
  // Shares of the crystal's volume; empty: all of it is one lattice, which is not turned.
  std::vector<LatticePart> lattices{};
  Beam beam;
  Spindle spindle;
  Detector detector;
  std::shared_ptr<const StructureFactors> structure_factors;
  Metre water{};                       // edge of a cube of water around the crystal; 0: none
  std::vector<AmorphousSlab> slabs{};  // in the beam, each across all of it
  std::vector<MeasuredBackground> measured{};
  std::optional<Beamstop> beamstop{};
  Sampling sampling{};
};

// The rotations that liquid-like motions are averaged over: of their Laue class, or of the group of
// the amplitudes; the identity alone of those without. Of a crystal that has such motions.
std::vector<SymmetryOperation> liquid_rotations(const Experiment& experiment);

// Each lattice as an experiment of one lattice and blocks of one size, with its share of the
// volume; the shares add up to 1.
struct LatticeShare {
  Experiment experiment;
  double share;
  double size_factor;  // of its blocks, relative to those of the crystal
};
std::vector<LatticeShare> single_lattices(const Experiment& experiment);

}  // namespace nanobragg
