// Orientation matrices as MOSFLM writes them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "nanobragg/geometry/mat3.hpp"
#include "nanobragg/model/unit_cell.hpp"

namespace nanobragg::io {

struct MosflmMatrix {
  // Rows are the laboratory's x, y, z, columns a*, b*, c* times the wavelength in Å, without unit.
  Mat3<double> elements;
  // Of a whole file of MOSFLM: its cell, the matrix U of its lines 5 to 7, and the missetting
  // angles of its fourth line, °.
  std::optional<CellParameters<double>> cell;
  std::optional<Mat3<double>> rotation;
  std::optional<Vec3<double>> misset_deg;
  // "line 4 ('5 5 5')": the first line of other numbers behind the matrix; empty: there is none.
  std::string unread;
};

// The first nine numbers, three a row. What follows counts where it is what MOSFLM writes: a line
// of missetting angles, three lines of the matrix U, a line with the cell. Elsewhere a line of
// six numbers that can be a cell, or of seven with its volume, is the cell (CAD4, RAFD). Other text
// is ignored. Throws Error, naming the line, for fewer than nine numbers, a word or a number that
// is not finite, and, by its name, for a file of another program.
MosflmMatrix parse_mosflm_matrix(std::string_view text, const std::string& name);
MosflmMatrix read_mosflm_matrix(const std::filesystem::path& path);

}  // namespace nanobragg::io
