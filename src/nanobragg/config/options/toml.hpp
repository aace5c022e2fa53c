// Settings as a TOML file: the same options as the flags, as named keys with units in their names.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "nanobragg/config/options/settings.hpp"

namespace nanobragg::config {

// Reads the text of the file `name`, which errors cite as "name:line". Keys act in the order of the
// file, as flags do, but what a key says itself wins over what others imply. The table [resolved]
// and the keys and tables `of_others` are left to other readers. Relative names of files are
// relative to the folder of `name`. Throws UsageError.
Settings parse_toml(std::string_view text, const std::string& name,
                    std::span<const std::string_view> of_others = {});

// A file that parse_toml reads back as the same settings: each key under its help.
std::string to_toml(const Settings& settings);

}  // namespace nanobragg::config
