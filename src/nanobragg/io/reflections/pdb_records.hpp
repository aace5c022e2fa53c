// What gemmi takes from a PDB file without looking twice.
#pragma once

#include <string>
#include <string_view>

namespace gemmi {
struct UnitCell;
}  // namespace gemmi

namespace nanobragg::io {

// Throws Error, naming the line, for a coordinate that is not a number and for an operation of
// which MTRIX1, 2 or 3 is missing.
void check_pdb_records(std::string_view bytes, const std::string& name);

// The records without those of bonds (LINK, SSBOND, CISPEP), which no density needs and whose short
// lines gemmi 0.5.7 reads beyond their end.
std::string without_bonds(std::string_view bytes);

// Where SCALE and CRYST1 make different fractions of a position: a warning; else empty.
std::string doubt_of_scale(std::string_view bytes, const gemmi::UnitCell& cell,
                           const std::string& name);

}  // namespace nanobragg::io
