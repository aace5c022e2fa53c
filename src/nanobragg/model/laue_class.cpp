// Multiplies the rotations that generate a class until there are no more.
#include "nanobragg/model/laue_class.hpp"

#include <algorithm>
#include <cstddef>

namespace nanobragg {
namespace {

using Rotation = std::array<std::array<int, 3>, 3>;

constexpr auto kClasses = std::to_array<LaueClassInfo>({
    {LaueClass::triclinic, "-1"},
    {LaueClass::monoclinic, "2/m"},
    {LaueClass::orthorhombic, "mmm"},
    {LaueClass::tetragonal_low, "4/m"},
    {LaueClass::tetragonal, "4/mmm"},
    {LaueClass::trigonal_low, "-3"},
    {LaueClass::trigonal, "-3m1"},
    {LaueClass::trigonal_31m, "-31m"},
    {LaueClass::hexagonal_low, "6/m"},
    {LaueClass::hexagonal, "6/mmm"},
    {LaueClass::cubic_low, "m-3"},
    {LaueClass::cubic, "m-3m"},
});

// About the axes that they name, of coordinates x, y, z.
constexpr Rotation kTwofoldX{{{1, 0, 0}, {0, -1, 0}, {0, 0, -1}}};
constexpr Rotation kTwofoldY{{{-1, 0, 0}, {0, 1, 0}, {0, 0, -1}}};
constexpr Rotation kTwofoldZ{{{-1, 0, 0}, {0, -1, 0}, {0, 0, 1}}};
constexpr Rotation kFourfoldZ{{{0, -1, 0}, {1, 0, 0}, {0, 0, 1}}};
constexpr Rotation kThreefoldDiagonal{{{0, 0, 1}, {1, 0, 0}, {0, 1, 0}}};
// On hexagonal axes.
constexpr Rotation kThreefoldZ{{{0, -1, 0}, {1, -1, 0}, {0, 0, 1}}};
constexpr Rotation kTwofoldAlong{{{0, 1, 0}, {1, 0, 0}, {0, 0, -1}}};      // a + b
constexpr Rotation kTwofoldBetween{{{0, -1, 0}, {-1, 0, 0}, {0, 0, -1}}};  // a − b

std::vector<Rotation> generators_of(LaueClass laue_class) {
  switch (laue_class) {
    case LaueClass::triclinic:
      return {};
    case LaueClass::monoclinic:
      return {kTwofoldY};
    case LaueClass::orthorhombic:
      return {kTwofoldX, kTwofoldY};
    case LaueClass::tetragonal_low:
      return {kFourfoldZ};
    case LaueClass::tetragonal:
      return {kFourfoldZ, kTwofoldX};
    case LaueClass::trigonal_low:
      return {kThreefoldZ};
    case LaueClass::trigonal:
      return {kThreefoldZ, kTwofoldAlong};
    case LaueClass::trigonal_31m:
      return {kThreefoldZ, kTwofoldBetween};
    case LaueClass::hexagonal_low:
      return {kThreefoldZ, kTwofoldZ};
    case LaueClass::hexagonal:
      return {kThreefoldZ, kTwofoldZ, kTwofoldAlong};
    case LaueClass::cubic_low:
      return {kTwofoldZ, kTwofoldX, kThreefoldDiagonal};
    case LaueClass::cubic:
      return {kFourfoldZ, kTwofoldX, kThreefoldDiagonal};
  }
  return {};
}

Rotation product(const Rotation& a, const Rotation& b) {
  Rotation out{};
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      for (std::size_t k = 0; k < 3; ++k) out[i][j] += a[i][k] * b[k][j];
    }
  }
  return out;
}

}  // namespace

std::span<const LaueClassInfo> laue_classes() { return kClasses; }

std::optional<LaueClass> find_laue_class(std::string_view name) {
  const auto row = std::ranges::find(kClasses, name, &LaueClassInfo::name);
  return row == kClasses.end() ? std::nullopt : std::optional(row->laue_class);
}

std::vector<SymmetryOperation> rotations_of(LaueClass laue_class) {
  std::vector<Rotation> found{{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}};
  const std::vector<Rotation> generators = generators_of(laue_class);
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (const Rotation& generator : generators) {
      const Rotation next = product(generator, found[i]);
      if (std::ranges::find(found, next) == found.end()) found.push_back(next);
    }
  }
  std::vector<SymmetryOperation> operations;
  for (const Rotation& rotation : found) operations.push_back({rotation, {}});
  return operations;
}

}  // namespace nanobragg
