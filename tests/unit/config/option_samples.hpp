// Random valid values for every kind of option.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "nanobragg/config/options/option.hpp"

namespace nanobragg::config {

// Elements that with_value() accepts for the option; numbers of every magnitude.
std::vector<std::string> random_elements(const Option& option, std::mt19937_64& random);

}  // namespace nanobragg::config
