// Settings as the words of a command line.
#pragma once

#include <string>
#include <vector>

#include "nanobragg/config/options/option.hpp"
#include "nanobragg/config/options/settings.hpp"

namespace nanobragg::config {

// Flags that parse_arguments() reads back as the same settings; the pivot that is implied is said.
// Without -config, whose values are among the settings.
std::vector<std::string> command_words(const Settings& settings);

// The elements of an option's value, as with_value() takes them; none where it has no value.
std::vector<std::string> value_words(const Settings& settings, const Option& option);

// Words as a shell of POSIX reads them back.
std::string shell_words(const std::vector<std::string>& words);

}  // namespace nanobragg::config
