// A merged list of reflections with named columns, as MTZ, CIF and other files that describe
// themselves hold it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
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
  std::optional<double> wavelength_A{};
  std::string wavelength_doubt{};                // why it may be another; empty: no reason
  std::optional<CellParameters<double>> cell{};  // of its data set; unset: that of the table
  std::string set{};                             // its data set; empty: none is named
};

struct ReflectionTable {
  std::string file;
  std::string format;  // "MTZ", "mmCIF" …
  std::vector<MillerIndex> indices;
  std::vector<ReflectionColumn> columns;
  std::vector<SymmetryOperation> operations;
  std::string space_group;
  std::optional<CellParameters<double>> cell;
  std::vector<std::string> warnings;  // of what the file holds and the table does not
  std::string choice;                 // which of several sets stands first; empty: there is one
};

// How a file that is not merged may be merged.
inline constexpr const char* kMergeFirst =
    "merge them first, for example with dials.merge, aimless or gemmi merge";

// "file: reflection 17", counted from 1.
std::string place_of_reflection(const std::string& file, std::size_t row);

// The index of a row, counted from 0. Throws Error for a number that is not whole or larger than
// any crystal's.
MillerIndex miller_index(double h, double k, double l, const std::string& file, std::size_t row);
// Adds it to a table.
void add_index(ReflectionTable& table, double h, double k, double l);

// Throws Error, naming `file` and the rows, where an index stands twice: the data are not merged.
void check_merged(std::span<const MillerIndex> indices, const std::string& file);

}  // namespace nanobragg::io
