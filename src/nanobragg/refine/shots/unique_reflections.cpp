// Maps indices to the one that stands for all of their equivalents.
#include "nanobragg/refine/shots/unique_reflections.hpp"

#include <algorithm>
#include <map>

namespace nanobragg::refine {
namespace {

MillerIndex best_of(MillerIndex index, std::span<const SymmetryOperation> rotations,
                    FriedelMates mates) {
  MillerIndex best = index;
  const auto take = [&](const MillerIndex& other) {
    best = std::max(best, other);
    if (mates == FriedelMates::equal) best = std::max(best, mate_of(other));
  };
  take(index);
  for (const SymmetryOperation& rotation : rotations) take(image_of(index, rotation));
  return best;
}

}  // namespace

MillerIndex representative(MillerIndex index, const AmplitudeSymmetry& symmetry) {
  return best_of(index, distinct_rotations(symmetry.group.operations), symmetry.mates);
}

std::vector<BoxesOfReflection> by_reflection(const BoxedPixels& pixels,
                                             const AmplitudeSymmetry& symmetry,
                                             const FactorPrior& prior) {
  const auto rotations = distinct_rotations(symmetry.group.operations);
  std::map<MillerIndex, BoxesOfReflection> found;
  for (std::size_t i = 0; i < pixels.boxes.size(); ++i) {
    const MillerIndex index = best_of(pixels.boxes[i].spot.index, rotations, symmetry.mates);
    auto& reflection = found[index];
    reflection.index = index;
    reflection.prior = prior;
    reflection.boxes.push_back(i);
  }
  std::vector<BoxesOfReflection> out;
  for (auto& [of, reflection] : found) out.push_back(std::move(reflection));
  return out;
}

}  // namespace nanobragg::refine
