// Looks space groups up in gemmi's tables.
#include "nanobragg/io/space_group.hpp"

#include <gemmi/symmetry.hpp>

#include "nanobragg/base/constants.hpp"

namespace nanobragg::io {

std::optional<std::vector<SymmetryOperation>> find_space_group(
    const std::string& name, const std::optional<CellParameters<double>>& cell) {
  constexpr double deg = constants::kDegreesPerRadian;
  const gemmi::SpaceGroup* group = gemmi::find_spacegroup_by_name(
      name, cell ? cell->alpha * deg : 0.0, cell ? cell->gamma * deg : 0.0);
  if (group == nullptr) return std::nullopt;
  std::vector<SymmetryOperation> operations;
  for (const gemmi::Op& op : group->operations()) {
    SymmetryOperation operation;
    for (std::size_t i = 0; i < 3; ++i) {
      for (std::size_t j = 0; j < 3; ++j) {
        operation.rotation[i][j] = op.rot[i][j] / gemmi::Op::DEN;
      }
    }
    operation.translation = op.tran;
    operations.push_back(operation);
  }
  return operations;
}

}  // namespace nanobragg::io
