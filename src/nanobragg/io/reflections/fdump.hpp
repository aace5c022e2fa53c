// The binary cache of structure factors, "Fdump.bin".
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "nanobragg/model/structure_factors.hpp"

namespace nanobragg::io {

// The file holds "h_min h_max k_min k_max l_min l_max", a line feed and a form feed, then the table
// as doubles of the machine that wrote it, l fastest, with one plane of padding behind each axis.
// The file does not say what reflections outside the table have: that is `default_amplitude`.
//
// Throws Error for a damaged first line, minima above maxima, a table that would not fit in memory,
// a size that is not exactly the stated one, and numbers that cannot be amplitudes (as of a
// machine with another byte order).
StructureFactors parse_fdump(std::string_view bytes, const std::string& name,
                             double default_amplitude);
StructureFactors read_fdump(const std::filesystem::path& path, double default_amplitude);

// Writes a table (factors.has_table()); the padding is 0, as in the reference.
void write_fdump(const std::filesystem::path& path, const StructureFactors& factors);

}  // namespace nanobragg::io
