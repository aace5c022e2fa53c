// Writes merged reflections in CCP4's MTZ format.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nanobragg/io/reflections/reflection_list.hpp"
#include "nanobragg/model/miller_index.hpp"
#include "nanobragg/model/symmetry.hpp"
#include "nanobragg/model/unit_cell.hpp"

namespace nanobragg::io {

struct MtzColumn {
  std::string label;
  char type;                   // F, Q, G, L …, as CCP4's mtzformat describes them
  std::vector<double> values;  // one a reflection; not a number where it is missing
};

struct MtzContent {
  SpaceGroup group;
  std::optional<CellParameters<double>> cell;
  std::optional<double> wavelength_A;
  std::vector<MillerIndex> indices;
  std::vector<MtzColumn> columns;
};

// The bytes of a file: numbers in single precision, the cell to 1e-4 Å and °, the wavelength to
// 1e-5 Å, as the format has them. Throws Error for operations without a symbol.
std::string mtz_bytes(const MtzContent& content);

// H K L F, or H K L F(+) F(−) where Friedel mates are apart, with SIGF beside them where some
// uncertainty is known; all of P1 where the group has no symbol. `data` has a table.
std::string mtz_bytes(const AmplitudeData& data);

}  // namespace nanobragg::io
