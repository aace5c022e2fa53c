// CrystFEL's lists of merged reflections (process_hkl, partialator; version 2.0).
#pragma once

#include <string>
#include <string_view>

#include "nanobragg/io/reflections/reflection_table.hpp"

namespace nanobragg::io {

bool is_crystfel_list(std::string_view bytes);

// Intensities and the point group that the list names (for example 4/mmm, 2/m_uab, -3m1_H); the
// list has neither cell nor wavelength. Throws Error for an unknown symmetry, another version, a
// list that is cut short, and rows that are not numbers.
ReflectionTable parse_crystfel_list(std::string_view bytes, const std::string& name);

}  // namespace nanobragg::io
