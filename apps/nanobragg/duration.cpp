// Adds numbers with units.
#include "duration.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

#include "nanobragg/base/error.hpp"

namespace nanobragg::app {
namespace {

struct Unit {
  std::string_view name;
  double seconds;
};
constexpr std::array kUnits{Unit{"s", 1.0}, Unit{"min", 60.0}, Unit{"h", 3600.0},
                            Unit{"d", 86400.0}};

// Of a unit that stands there whole; 0 for others.
double seconds_of(std::string_view name) {
  for (const Unit& unit : kUnits) {
    if (unit.name == name) return unit.seconds;
  }
  return 0.0;
}

}  // namespace

std::chrono::duration<double> parse_duration(const std::string& text, const std::string& name) {
  double seconds = 0.0;
  bool is_good = !text.empty();
  for (std::string_view rest = text; is_good && !rest.empty();) {
    double number = 0.0;
    const auto [end, code] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    const std::string_view unit = rest.substr(0, rest.find_first_of("0123456789."));
    rest.remove_prefix(unit.size());
    is_good = code == std::errc() && seconds_of(unit) > 0.0;
    seconds += number * seconds_of(unit);
  }
  // Longer than this no clock counts.
  constexpr double kLongest = 1e9;
  if (!is_good || !(seconds > 0.0 && seconds < kLongest)) {
    throw UsageError(name + " needs a time, found '" + text + "'", "",
                     "as 50min, 90s, 1.5h, 1h30min or 2d");
  }
  return std::chrono::duration<double>(seconds);
}

}  // namespace nanobragg::app
