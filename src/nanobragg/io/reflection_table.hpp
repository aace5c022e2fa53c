// A merged list of reflections with named columns, as MTZ and structure-factor mmCIF files hold it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/model/structure_factors.hpp"
#include "nanobragg/model/symmetry.hpp"
#include "nanobragg/model/unit_cell.hpp"

namespace nanobragg::io {

enum class ColumnKind : std::uint8_t {
  amplitude,
  mate_amplitude,  // one of F(+) and F(−)
  intensity,
  mate_intensity,  // one of I(+) and I(−)
  other,           // sigmas, phases, flags …
};

struct ReflectionColumn {
  std::string label;
  ColumnKind kind = ColumnKind::other;
  std::string contents;        // for people: "phases (type P)"
  std::vector<double> values;  // one a reflection; not a number where it is missing
  std::optional<double> wavelength_A;
};

struct ReflectionTable {
  std::string file;
  std::string format;  // "MTZ" or "mmCIF"
  std::vector<MillerIndex> indices;
  std::vector<ReflectionColumn> columns;
  std::vector<SymmetryOperation> operations;
  std::string space_group;
  std::optional<CellParameters<double>> cell;
};

// "file: reflection 17", counted from 1.
std::string place_of_reflection(const std::string& file, std::size_t row);

// Adds a row's index. Throws Error for a number that is not whole or larger than any crystal's.
void add_index(ReflectionTable& table, double h, double k, double l);

// Throws Error, naming the rows, where an index stands twice: the data are not merged.
void check_merged(const ReflectionTable& table);

}  // namespace nanobragg::io
