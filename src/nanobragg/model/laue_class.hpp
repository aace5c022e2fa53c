// The Laue classes: which rotations leave the intensities of a crystal as they are.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "nanobragg/model/symmetry.hpp"

namespace nanobragg {

enum class LaueClass : std::uint8_t {
  triclinic,       // -1
  monoclinic,      // 2/m, unique axis b
  orthorhombic,    // mmm
  tetragonal_low,  // 4/m
  tetragonal,      // 4/mmm
  trigonal_low,    // -3
  trigonal,        // -3m1: the twofold axes along a, b and a + b
  trigonal_31m,    // -31m: the twofold axes between them
  hexagonal_low,   // 6/m
  hexagonal,       // 6/mmm
  cubic_low,       // m-3
  cubic,           // m-3m
};

struct LaueClassInfo {
  LaueClass laue_class;
  std::string_view name;  // as flags and files have it
};
// In the order of the enumeration.
std::span<const LaueClassInfo> laue_classes();
std::optional<LaueClass> find_laue_class(std::string_view name);

// The proper rotations of a class on its usual axes (International Tables for Crystallography A,
// table 10.1.2.2); trigonal ones on hexagonal axes. Inversion changes no even function.
std::vector<SymmetryOperation> rotations_of(LaueClass laue_class);

}  // namespace nanobragg
