// Orientation matrices as MOSFLM writes them.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "nanobragg/geometry/mat3.hpp"

namespace nanobragg::io {

// The first nine numbers, three a row: rows are the laboratory's x, y, z, columns a*, b*, c* times
// the wavelength in Å, without unit. What follows (missetting angles, cell) is ignored. Throws
// Error, naming the line, for fewer than nine numbers, a word or a number that is not finite.
Mat3<double> parse_mosflm_matrix(std::string_view text, const std::string& name);
Mat3<double> read_mosflm_matrix(const std::filesystem::path& path);

}  // namespace nanobragg::io
