// Lists of crystal orientations.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/geometry/mat3.hpp"

namespace nanobragg::io {

// One orientation a line, after which the crystal stands turned from its standard setting: three
// angles about x, then y, then z in degrees, as -misset takes them, or the nine numbers of a
// rotation matrix, row by row. `#` begins a comment. Throws Error, naming the line, for other
// counts and for matrices that are not rotations.
std::vector<Mat3<double>> parse_orientation_list(std::string_view text, const std::string& name);
std::vector<Mat3<double>> read_orientation_list(const std::filesystem::path& path);

}  // namespace nanobragg::io
