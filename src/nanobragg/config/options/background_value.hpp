// The value of -background: what stands in the beam and how thick it is, or what was measured.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "nanobragg/base/units.hpp"

namespace nanobragg::config {

struct BackgroundValue {
  enum class Kind : std::uint8_t { material, file, table_of_flag, profile, image };

  Kind kind = Kind::material;
  std::string name;  // of the material or the file; of the table of -stol, -4stol or -Q "stol"
  // Of a slab.
  Metre thickness;
  std::optional<double> density_g_cm3;  // where given
  std::optional<double> molar_mass_g;
  // Of what was measured.
  double scale = 1.0;
  std::optional<double> offset;  // of an image: the reading of no photon, where given
};

inline bool is_measured(const BackgroundValue& value) {
  return value.kind == BackgroundValue::Kind::profile || value.kind == BackgroundValue::Kind::image;
}

// "50um": a number that is not negative and a unit of length (io/files/unit_names.hpp). Nothing for
// another text.
std::optional<Metre> parse_length(std::string_view text);

// MATERIAL:LENGTH[:DENSITY[:MW]], profile:FILE[:SCALE] or image:FILE[:SCALE[:OFFSET]]. Throws
// UsageError for another text.
BackgroundValue parse_background(const std::string& text);

// The file that the text names, and where its name begins; nothing where it names none.
struct FileInBackground {
  std::size_t begin;
  std::string name;
};
std::optional<FileInBackground> file_in_background(const std::string& text);

}  // namespace nanobragg::config
