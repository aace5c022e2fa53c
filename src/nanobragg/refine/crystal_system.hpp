// Crystal systems and what they demand of a unit cell.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "nanobragg/model/unit_cell.hpp"
#include "nanobragg/plan/parameters.hpp"

namespace nanobragg::refine {

enum class CrystalSystem : std::uint8_t {
  triclinic,
  monoclinic,
  orthorhombic,
  tetragonal,
  trigonal,  // on rhombohedral axes, or on hexagonal ones where the cell is such
  hexagonal,
  cubic,
};

std::string_view name_of(CrystalSystem system);
// Also "rhombohedral", as trigonal. Throws UsageError.
CrystalSystem crystal_system(std::string_view name);

// How far a cell may be from what its system demands.
struct CellTolerance {
  double relative = 1e-4;  // of edges
  double angle = 2e-4;     // radians
};

// The most symmetric system whose demands the cell meets.
CrystalSystem detect_system(const CellParameters<double>& cell, const CellTolerance& tolerance);

// Parameters of the cell that share one value, and those whose value is set.
struct CellConstraints {
  std::vector<std::vector<plan::ParameterId>> free;
  std::vector<plan::ParameterId> fixed;
};
// For monoclinic cells the unique axis is that whose angle is farthest from 90°; b where none is.
CellConstraints constraints_of(CrystalSystem system, const CellParameters<double>& cell);

// The nearest cell that meets the demands: means of what is equal, right angles and 120°.
CellParameters<double> constrained(CrystalSystem system, const CellParameters<double>& cell);

}  // namespace nanobragg::refine
