// Looks space groups up in gemmi's tables.
#include "nanobragg/io/reflections/space_group.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <gemmi/symmetry.hpp>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"

namespace nanobragg::io {
namespace {

constexpr int kDenominator = gemmi::Op::DEN;

SymmetryOperation from_gemmi(const gemmi::Op& op) {
  SymmetryOperation operation;
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) operation.rotation[i][j] = op.rot[i][j] / kDenominator;
  }
  operation.translation = op.tran;
  return operation;
}

gemmi::Op to_gemmi(const SymmetryOperation& operation) {
  gemmi::Op op{};
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) op.rot[i][j] = operation.rotation[i][j] * kDenominator;
  }
  op.tran = operation.translation;
  return op;
}

// Rotations of a lattice on its own axes have elements −1, 0 and 1 and keep the volume.
gemmi::Op crystal_operation(const std::string& triplet, const std::string& file) {
  const auto refuse = [&] {
    return Error("impossible symmetry operation '" + triplet + "'", file);
  };
  gemmi::Op op{};
  try {
    op = gemmi::parse_triplet(triplet);
  } catch (const std::exception&) {
    throw refuse();
  }
  for (const auto& row : op.rot) {
    for (const int element : row) {
      if (element % kDenominator != 0 || std::abs(element) > kDenominator) throw refuse();
    }
  }
  if (std::abs(op.det_rot()) != kDenominator * kDenominator * kDenominator) throw refuse();
  op.wrap();
  return op;
}

std::vector<gemmi::Op> group_of(const std::vector<gemmi::Op>& generators) {
  gemmi::GroupOps group = gemmi::split_centering_vectors(generators);
  group.add_missing_elements();
  return group.all_ops_sorted();
}

}  // namespace

std::optional<std::vector<SymmetryOperation>> find_space_group(
    const std::string& name, const std::optional<CellParameters<double>>& cell) {
  constexpr double deg = constants::kDegreesPerRadian;
  const gemmi::SpaceGroup* group = gemmi::find_spacegroup_by_name(
      name, cell ? cell->alpha * deg : 0.0, cell ? cell->gamma * deg : 0.0);
  if (group == nullptr) return std::nullopt;
  std::vector<SymmetryOperation> operations;
  for (const gemmi::Op& op : group->operations()) operations.push_back(from_gemmi(op));
  return operations;
}

std::optional<std::string> hall_symbol_of(const std::string& name) {
  const gemmi::SpaceGroup* group = gemmi::find_spacegroup_by_name(name);
  return group == nullptr ? std::nullopt : std::optional(std::string(" ") + group->hall);
}

std::optional<std::vector<SymmetryOperation>> group_of_hall_symbol(const std::string& symbol) {
  std::vector<SymmetryOperation> operations;
  try {
    for (const gemmi::Op& op : gemmi::symops_from_hall(symbol.c_str())) {
      operations.push_back(from_gemmi(op));
    }
  } catch (const std::exception&) {
    return std::nullopt;
  }
  return operations;
}

std::optional<int> number_of_group(const std::string& name) {
  const gemmi::SpaceGroup* group = gemmi::find_spacegroup_by_name(name);
  return group == nullptr ? std::nullopt : std::optional(group->number);
}

std::vector<SymmetryOperation> operations_of_triplets(std::span<const std::string> triplets,
                                                      const std::string& file) {
  std::vector<gemmi::Op> given{gemmi::Op::identity()};
  for (const std::string& triplet : triplets) {
    const gemmi::Op op = crystal_operation(triplet, file);
    if (std::ranges::find(given, op) == given.end()) given.push_back(op);
  }
  std::vector<gemmi::Op> whole;
  try {
    whole = group_of(given);
  } catch (const std::exception&) {
    throw Error("these symmetry operations belong to no group of a crystal", file);
  }
  for (const gemmi::Op& op : whole) {
    if (std::ranges::find(given, op) == given.end()) given.push_back(op);
  }
  std::vector<SymmetryOperation> operations;
  std::ranges::transform(given, std::back_inserter(operations), from_gemmi);
  return operations;
}

std::optional<std::string> symbol_of_group(std::span<const SymmetryOperation> operations) {
  std::vector<gemmi::Op> ops;
  std::ranges::transform(operations, std::back_inserter(ops), to_gemmi);
  const gemmi::SpaceGroup* group =
      gemmi::find_spacegroup_by_ops(gemmi::split_centering_vectors(ops));
  return group == nullptr ? std::nullopt : std::optional(group->xhm());
}

std::string triplet_of(const SymmetryOperation& operation) { return to_gemmi(operation).triplet(); }

std::string name_of_group(std::span<const SymmetryOperation> operations) {
  return symbol_of_group(operations)
      .value_or(fmt::format("a group of {} operations", operations.size()));
}

}  // namespace nanobragg::io
