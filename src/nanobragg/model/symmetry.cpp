// Applies operations to indices.
#include "nanobragg/model/symmetry.hpp"

#include <algorithm>

namespace nanobragg {
namespace {

constexpr int kTranslationUnits = 24;

}  // namespace

MillerIndex image_of(const MillerIndex& h, const SymmetryOperation& operation) {
  const auto& r = operation.rotation;
  const auto component = [&](std::size_t i) {
    return h.h * r[0][i] + h.k * r[1][i] + h.l * r[2][i];
  };
  return {component(0), component(1), component(2)};
}

bool is_absent(const MillerIndex& h, std::span<const SymmetryOperation> operations) {
  return std::ranges::any_of(operations, [&](const SymmetryOperation& operation) {
    const auto& t = operation.translation;
    const std::int64_t phase =
        std::int64_t{h.h} * t[0] + std::int64_t{h.k} * t[1] + std::int64_t{h.l} * t[2];
    return phase % kTranslationUnits != 0 && image_of(h, operation) == h;
  });
}

std::vector<SymmetryOperation> distinct_rotations(std::span<const SymmetryOperation> operations) {
  std::vector<SymmetryOperation> distinct;
  for (const SymmetryOperation& operation : operations) {
    const auto is_same = [&](const SymmetryOperation& other) {
      return other.rotation == operation.rotation;
    };
    if (std::ranges::none_of(distinct, is_same)) distinct.push_back(operation);
  }
  return distinct;
}

}  // namespace nanobragg
