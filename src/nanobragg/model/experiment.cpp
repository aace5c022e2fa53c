// Takes a crystal of several lattices apart.
#include "nanobragg/model/experiment.hpp"

#include <utility>

#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/model/block_sizes.hpp"
#include "nanobragg/model/equivalents.hpp"

namespace nanobragg {
namespace {

// Before its misset.
Axes<double> axes_of(const CrystalValues& crystal) {
  return crystal.reciprocal_axes ? *crystal.reciprocal_axes
                                 : standard_reciprocal_axes(*crystal.cell);
}

std::vector<LatticeShare> turned_lattices(const Experiment& experiment) {
  if (experiment.lattices.empty()) return {{experiment, 1.0, 1.0}};
  double total = 0.0;
  for (const LatticePart& part : experiment.lattices) total += part.weight;
  std::vector<LatticeShare> singles;
  for (const LatticePart& part : experiment.lattices) {
    LatticeShare single{experiment, part.weight / total, 1.0};
    single.experiment.lattices.clear();
    // What is not turned keeps every bit.
    if (!(part.turn_rad == Vec3<double>{})) {
      CrystalValues crystal = *experiment.crystal;
      crystal.reciprocal_axes = transform(
          axes_of(crystal), [&](const auto& axis) { return rotate_xyz(axis, part.turn_rad); });
      single.experiment.crystal = Crystal(crystal);
    }
    singles.push_back(std::move(single));
  }
  return singles;
}

// As many cells in blocks of another size.
Crystal of_size(const CrystalValues& from, double factor) {
  CrystalValues crystal = from;
  crystal.block_sizes.relative_width = 0.0;
  for (double& cells : crystal.cells) {
    cells *= factor;
    crystal.blocks /= factor;
  }
  return Crystal(crystal);
}

}  // namespace

std::vector<SymmetryOperation> liquid_rotations(const Experiment& experiment) {
  const auto& laue_class = experiment.crystal->displacements.liquid_motions->laue_class;
  if (laue_class) return rotations_of(*laue_class);
  const auto& equivalents = experiment.structure_factors->equivalents();
  if (!equivalents) return rotations_of(LaueClass::triclinic);
  return distinct_rotations(equivalents->symmetry().group.operations);
}

std::vector<LatticeShare> single_lattices(const Experiment& experiment) {
  std::vector<LatticeShare> lattices = turned_lattices(experiment);
  const std::vector<BlockSize> sizes = sizes_of(experiment.crystal->block_sizes);
  if (sizes.size() == 1) return lattices;
  std::vector<LatticeShare> singles;
  for (const LatticeShare& lattice : lattices) {
    for (const auto& [factor, share] : sizes) {
      LatticeShare single{lattice.experiment, lattice.share * share, factor};
      single.experiment.crystal = of_size(*lattice.experiment.crystal, factor);
      singles.push_back(std::move(single));
    }
  }
  return singles;
}

}  // namespace nanobragg
