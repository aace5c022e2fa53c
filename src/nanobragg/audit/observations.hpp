// What one trace says about itself: peculiarities that need no second trace to be seen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/audit/document.hpp"

namespace nanobragg::audit {

// The last spindle step, where step 0 has its lattice although it stands at another angle.
std::optional<std::size_t> step_reused_by_first(const Document& document);

// What the numbers of the pixel say of the arithmetic: nearly all are ones of single precision, or
// they are not, or they show too few digits to tell.
enum class Arithmetic : std::uint8_t { single_precision, double_precision, unknown };
Arithmetic arithmetic_of(const Document& document);

// What one of two traces shows and the other does not, as a clause.
std::optional<std::string> peculiarity(const Document& a, const Document& b);

// Sentences for a report.
std::vector<std::string> observations(const Document& document);

}  // namespace nanobragg::audit
