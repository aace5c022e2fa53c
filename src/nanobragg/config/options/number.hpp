// Reads and writes numbers so that nothing is guessed and nothing is lost.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace nanobragg::config {

// The number that the whole of `token` spells: decimal, a leading sign allowed, or "inf". Unset for
// anything else, for NaN, and for what a double cannot hold.
std::optional<double> parse_number(std::string_view token);

// The shortest text that reads back as the same double, with a point or an exponent: "100.0".
std::string shortest(double value);

}  // namespace nanobragg::config
