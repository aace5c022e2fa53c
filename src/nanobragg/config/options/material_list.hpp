// The materials that -background knows, as tables for people.
#pragma once

#include <string>

namespace nanobragg::config {

// For a terminal, and as Markdown.
std::string material_list();
std::string markdown_material_table();

}  // namespace nanobragg::config
