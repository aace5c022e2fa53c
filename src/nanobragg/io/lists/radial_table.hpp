// A measured radial profile as text: a line that names the columns, and numbers.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace nanobragg::io {

// What photons stand against; θ is half the scattering angle.
enum class RadialArgument : std::uint8_t {
  spacing_A,  // d
  inverse_d_per_A,
  stol_per_A,  // sin θ/λ = 1/2d
  q_per_A,     // 4π sin θ/λ = 2π/d
  q_per_nm,
  two_theta_deg,
  two_theta_rad,
  radius_mm,  // on a flat detector across the beam
  radius_px,
};

struct RadialTable {
  RadialArgument argument;
  std::vector<double> at;       // rising or falling; not negative
  std::vector<double> photons;  // a pixel
};

// The columns are found by their names in the last line before the numbers that has as many words
// as there are numbers in a row, a comment (#, ; or !) or not; further columns are not read:
// "# q_A^-1 I sigma" of pyFAI, "d_A,photons" of a CSV file. Words are apart by spaces, commas or
// tabs. Throws Error, naming the line, for a table without such a line, rows of other lengths,
// numbers that are not finite, arguments that neither rise nor fall, and fewer than two rows.
RadialTable parse_radial_table(std::string_view text, const std::string& name);
RadialTable read_radial_table(const std::filesystem::path& path);

}  // namespace nanobragg::io
