// Factors that scatter about 1, for quantities that vary from shot to shot.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "nanobragg/random/deviates.hpp"

namespace nanobragg {

enum class SpreadShape : std::uint8_t {
  none,         // always 1
  uniform,      // 1 − w … 1 + w
  normal,       // of mean 1 and standard deviation w, above 0: others are drawn again
  lognormal,    // exp(w z), z normal: of median 1
  exponential,  // of mean 1, as the pulses of one mode of a free-electron laser have
};

struct Spread {
  SpreadShape shape = SpreadShape::none;
  double width = 0.0;  // w; at least 0, of uniform below 1
};

// Reads "none", "exponential", "uniform:W", "normal:W" or "lognormal:W". Throws UsageError that
// begins with `name` for anything else.
Spread parse_spread(std::string_view text, const std::string& name);

// A factor above 0.
double draw(const Spread& spread, NumberedDeviates& deviates);

}  // namespace nanobragg
