// Maps indices to the one that stands for all of their equivalents.
#include "nanobragg/refine/shots/unique_reflections.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace nanobragg::refine {
namespace {

auto key(const MillerIndex& i) { return std::tuple(i.h, i.k, i.l); }

MillerIndex best_of(MillerIndex index, std::span<const SymmetryOperation> rotations,
                    FriedelMates mates) {
  MillerIndex best = index;
  const auto take = [&](const MillerIndex& other) {
    if (key(other) > key(best)) best = other;
  };
  for (const SymmetryOperation& rotation : rotations) {
    const MillerIndex image = image_of(index, rotation);
    take(image);
    if (mates == FriedelMates::equal) take({-image.h, -image.k, -image.l});
  }
  if (mates == FriedelMates::equal) take({-index.h, -index.k, -index.l});
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
  std::map<std::tuple<int, int, int>, BoxesOfReflection> found;
  for (std::size_t i = 0; i < pixels.boxes.size(); ++i) {
    const MillerIndex index = best_of(pixels.boxes[i].spot.index, rotations, symmetry.mates);
    auto& reflection = found[key(index)];
    reflection.index = index;
    reflection.prior = prior;
    reflection.boxes.push_back(i);
  }
  std::vector<BoxesOfReflection> out;
  for (auto& [of, reflection] : found) out.push_back(std::move(reflection));
  return out;
}

}  // namespace nanobragg::refine
