// Which numbers an option allows.
#pragma once

#include <string_view>

#include "nanobragg/config/options/option.hpp"

namespace nanobragg::config {

// The last state the random generator can be started from (its modulus, 2³¹ − 1, is a fixed point).
// Numbers below 0 have a meaning of their own (stream_of).
inline constexpr double kLargestSeed = 2147483646.0;
// Counts and pixel indices are 32-bit numbers inside.
inline constexpr double kLargestWhole = 2147483647.0;

bool is_allowed(Range range, double value);

// "above 0", for the sentence of an error.
std::string_view describe(Range range);

}  // namespace nanobragg::config
