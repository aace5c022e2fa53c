// What files call their units.
#pragma once

#include <optional>
#include <string_view>

namespace nanobragg::io {

// How many m, radians, eV or 1/m one of the unit is, under any of its names: "mm", "millimetres",
// "µm", "microns", "Å", "deg", "keV", "1/angstrom". Only prefixes are told apart by capitals.
// Nothing for other words.
std::optional<double> metres_of(std::string_view unit);
std::optional<double> radians_of(std::string_view unit);
std::optional<double> electron_volts_of(std::string_view unit);
std::optional<double> per_metre_of(std::string_view unit);

}  // namespace nanobragg::io
