// The value of -background: what stands in the beam, and how thick it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "nanobragg/base/units.hpp"

namespace nanobragg::config {

struct BackgroundValue {
  enum class Kind : std::uint8_t { material, file, table_of_flag };

  Kind kind = Kind::material;
  std::string name;  // of the material or the file; of the table of -stol, -4stol or -Q "stol"
  Metre thickness;
  std::optional<double> density_g_cm3;  // where given
  std::optional<double> molar_mass_g;
};

// "50um": a number that is not negative and a unit of length (io/files/unit_names.hpp). Nothing for
// another text.
std::optional<Metre> parse_length(std::string_view text);

// MATERIAL:LENGTH[:DENSITY[:MW]]. Throws UsageError for another text.
BackgroundValue parse_background(const std::string& text);

// The file that the beginning of the text names; nothing where it names none.
std::optional<std::string> file_in_background(const std::string& text);

}  // namespace nanobragg::config
