// How deeply a TOML text nests, before it is parsed by recursion.
#pragma once

#include <string>
#include <string_view>

namespace nanobragg::config {

// Throws UsageError, naming the line, for a key of more parts, or values in one another more often,
// than any of our files needs.
void check_toml_nesting(std::string_view text, const std::string& name);

}  // namespace nanobragg::config
