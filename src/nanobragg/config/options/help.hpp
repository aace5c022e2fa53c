// Texts made from the option table and the quirk table.
#pragma once

#include <string>

namespace nanobragg::config {

// For a terminal of 100 columns: groups, flags with units, meaning, defaults.
std::string help_text();

// For docs/flags.md: a table a group, with the TOML keys.
std::string markdown_flag_table();

// For docs/quirks.md: where this program differs from nanoBragg.c.
std::string markdown_quirk_table();

}  // namespace nanobragg::config
