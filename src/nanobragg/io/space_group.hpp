// Space groups by name.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nanobragg/model/symmetry.hpp"
#include "nanobragg/model/unit_cell.hpp"

namespace nanobragg::io {

// Every operation of the group with this Hermann–Mauguin symbol ("P 21 21 21", "P212121", "R 3 :H")
// or number; nothing where there is none. The cell tells settings apart that share a symbol.
std::optional<std::vector<SymmetryOperation>> find_space_group(
    const std::string& name, const std::optional<CellParameters<double>>& cell);

}  // namespace nanobragg::io
