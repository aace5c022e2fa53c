// Merged intensities as Scalepack (HKL-2000, HKL-3000) writes them: .sca.
#pragma once

#include <string>
#include <string_view>

#include "nanobragg/io/reflections/reflection_table.hpp"

namespace nanobragg::io {

// Of both kinds: merged, and "no merge original index".
bool is_scalepack(std::string_view bytes);

// Three lines (1, a number, cell and space group), then h k l I σ in columns of 4, 4, 4, 8 and 8
// characters, of anomalous data with I(−) and its σ behind. A σ below 0 marks what is not measured.
// Throws Error for unmerged lists and for columns that hold no numbers.
ReflectionTable parse_scalepack(std::string_view bytes, const std::string& name);

}  // namespace nanobragg::io
