// How strongly a molecule scatters, as text: an argument and an amplitude a line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "nanobragg/model/amorphous.hpp"

namespace nanobragg::io {

// What the first column of a table holds, in Å⁻¹; θ is half the scattering angle.
enum class TableArgument : std::uint8_t {
  stol,       // sin θ/λ = 1/2d
  four_stol,  // 4 sin θ/λ = 2/d
  q,          // 4π sin θ/λ = 2π/d
};

// Two numbers a line, apart by spaces or a comma; what follows them, as a third column, is not
// read. Comments start with #, ; or !. Throws Error, naming the line, for anything else, arguments
// that do not rise, and a table of fewer than four rows.
ScatteringTable parse_scattering_table(std::string_view text, const std::string& name,
                                       TableArgument argument);
ScatteringTable read_scattering_table(const std::filesystem::path& path, TableArgument argument);

}  // namespace nanobragg::io
