// nanobragg materials: the names that -background knows.
#include <cstdio>

#include "commands.hpp"
#include "nanobragg/config/options/material_list.hpp"
#include "options.hpp"

namespace nanobragg::app {

int materials(const std::vector<std::string>& arguments) {
  Options options("Lists the materials that -background knows by name.", "nanobragg materials");
  if (const auto code = parse_options(options, arguments)) return *code;
  std::fputs(config::material_list().c_str(), stdout);
  return 0;
}

}  // namespace nanobragg::app
