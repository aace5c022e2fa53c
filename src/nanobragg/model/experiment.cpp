// Takes a crystal of several lattices apart.
#include "nanobragg/model/experiment.hpp"

#include <utility>

#include "nanobragg/geometry/rotation.hpp"

namespace nanobragg {
namespace {

// Before its misset.
Axes<double> axes_of(const CrystalValues& crystal) {
  return crystal.reciprocal_axes ? *crystal.reciprocal_axes
                                 : standard_reciprocal_axes(*crystal.cell);
}

}  // namespace

std::vector<LatticeShare> single_lattices(const Experiment& experiment) {
  if (experiment.lattices.empty()) return {{experiment, 1.0}};
  double total = 0.0;
  for (const LatticePart& part : experiment.lattices) total += part.weight;
  std::vector<LatticeShare> singles;
  for (const LatticePart& part : experiment.lattices) {
    LatticeShare single{experiment, part.weight / total};
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

}  // namespace nanobragg
