// The ranges, each with its words.
#include "nanobragg/config/options/range.hpp"

#include <cmath>

namespace nanobragg::config {

bool is_allowed(Range range, double value) {
  if (range == Range::non_negative_or_infinite) return value >= 0.0;
  if (!std::isfinite(value)) return false;
  switch (range) {
    case Range::positive:
      return value > 0.0;
    case Range::non_negative:
      return value >= 0.0;
    case Range::at_least_one:
      return value >= 1.0;
    case Range::minus_one_to_one:
      return value >= -1.0 && value <= 1.0;
    case Range::seed:
      return std::abs(value) <= kLargestSeed;
    case Range::any:
    case Range::direction:
    case Range::non_negative_or_infinite:
      return true;
  }
  return false;
}

std::string_view describe(Range range) {
  switch (range) {
    case Range::positive:
      return "above 0";
    case Range::non_negative:
      return "at least 0";
    case Range::non_negative_or_infinite:
      return "at least 0, or inf";
    case Range::at_least_one:
      return "at least 1";
    case Range::minus_one_to_one:
      return "-1 to 1";
    case Range::seed:
      return "-2147483646 to 2147483646";
    case Range::direction:
      return "not all three 0";
    case Range::any:
      return "finite numbers";
  }
  return "";
}

}  // namespace nanobragg::config
