// Distributions of a number about its setting, or wherever they say.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/random/spread.hpp"

namespace nanobragg {

// How a number is drawn, in its own unit.
struct Distribution {
  enum class Kind : std::uint8_t {
    factor,     // the setting times a factor about 1
    offset,     // the setting plus a normal deviate of this width
    range,      // uniform from the first of `numbers` to the second
    log_range,  // the same of its logarithm
    list,       // one of `numbers`, each as likely
  };
  Kind kind = Kind::factor;
  Spread spread = {};
  std::vector<double> numbers = {};
};

// Reads what parse_spread() does, and "offset:W", "range:LOW,HIGH", "logrange:LOW,HIGH" and
// "list:A,B,…". Throws UsageError that begins with `name` for anything else.
Distribution parse_distribution(std::string_view text, const std::string& name);

double draw(const Distribution& distribution, double setting, NumberedDeviates& deviates);

}  // namespace nanobragg
