// Space groups by name and by their operations.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "nanobragg/model/symmetry.hpp"
#include "nanobragg/model/unit_cell.hpp"

namespace nanobragg::io {

// Every operation of the group with this Hermann–Mauguin symbol ("P 21 21 21", "P212121", "R 3 :H")
// or number; nothing where there is none. The cell tells settings apart that share a symbol.
std::optional<std::vector<SymmetryOperation>> find_space_group(
    const std::string& name, const std::optional<CellParameters<double>>& cell);

// The same of a Hall symbol (" P 4abw 2nw"), with a change of basis or without.
std::optional<std::vector<SymmetryOperation>> group_of_hall_symbol(const std::string& symbol);

// The Hall symbol of the group with this Hermann–Mauguin symbol or number, as DIALS writes it
// (" P 4nw 2abw"); nothing where there is none.
std::optional<std::string> hall_symbol_of(const std::string& name);

// The number of the group with this symbol in the International Tables; nothing where there is
// none.
std::optional<int> number_of_group(const std::string& name);

// The operations written as "-x, y+1/2, -z", in their order, and behind them those that a group
// with them has besides. Throws Error, naming `file`, for one that no crystal has.
std::vector<SymmetryOperation> operations_of_triplets(std::span<const std::string> triplets,
                                                      const std::string& file);

// The symbol of the group with these operations ("P 43 21 2", "R 3:H"); nothing where it has none.
std::optional<std::string> symbol_of_group(std::span<const SymmetryOperation> operations);

// "-x,y+1/2,-z".
std::string triplet_of(const SymmetryOperation& operation);

// The symbol of the group with these operations, "a group of 8 operations" where it has none.
std::string name_of_group(std::span<const SymmetryOperation> operations);

}  // namespace nanobragg::io
