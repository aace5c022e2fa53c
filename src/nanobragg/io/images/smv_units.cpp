// Converts by the unit that a key is in.
#include "nanobragg/io/images/smv_units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/text.hpp"
#include "nanobragg/io/files/unit_names.hpp"

namespace nanobragg::io {
namespace {

struct KeyUnit {
  const char* name;
  std::optional<double> (*factor)(std::string_view unit);
};

constexpr std::array<std::string_view, 13> kLengths = {
    "PIXEL_SIZE",      "DISTANCE",        "CLOSE_DISTANCE", "BEAM_CENTER_X", "BEAM_CENTER_Y",
    "MOSFLM_CENTER_X", "MOSFLM_CENTER_Y", "XBEAM",          "YBEAM",         "DENZO_X_BEAM",
    "DENZO_Y_BEAM",    "ADXV_CENTER_X",   "ADXV_CENTER_Y"};
constexpr std::array<std::string_view, 11> kAngles = {
    "PHI",       "OSC_START", "OSC_RANGE", "OSC_WIDTH", "OSC_END", "PHI_START",
    "PHI_RANGE", "PHI_WIDTH", "PHI_END",   "TWOTHETA",  "OMEGA"};

std::optional<KeyUnit> unit_of(std::string_view key) {
  if (std::ranges::find(kLengths, key) != kLengths.end()) return KeyUnit{"mm", metres_of};
  if (std::ranges::find(kAngles, key) != kAngles.end()) return KeyUnit{"deg", radians_of};
  if (key == "WAVELENGTH") return KeyUnit{"A", metres_of};
  return std::nullopt;
}

// Whether a second number behind that of square pixels says the same.
bool is_same_again(const SmvQuantity& quantity) {
  const auto again = number_prefix(quantity.behind);
  return quantity.key == "PIXEL_SIZE" && again && again->length == quantity.behind.size() &&
         again->value == quantity.number;
}

}  // namespace

double smv_value(const SmvQuantity& quantity, const std::string& name) {
  const auto unit = unit_of(quantity.key);
  if (!unit || is_same_again(quantity)) return quantity.number;
  std::string_view word = quantity.behind;
  if (word.ends_with('.')) word.remove_suffix(1);  // deg.
  const auto factor = unit->factor(word);
  if (!factor) {
    throw Error(fmt::format("SMV header with {}={} {} (not one number)", quantity.key,
                            quantity.number, quoted_text(quantity.behind)),
                name, fmt::format("its unit may follow it, such as {}", unit->name));
  }
  const double own = *unit->factor(unit->name);
  return *factor == own ? quantity.number : quantity.number * (*factor / own);
}

}  // namespace nanobragg::io
