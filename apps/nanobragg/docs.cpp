// nanobragg docs: the generated tables of docs/, made from the tables of the program.
#include <cstdio>

#include "commands.hpp"
#include "nanobragg/config/options/help.hpp"
#include "nanobragg/config/options/material_list.hpp"
#include "options.hpp"

namespace nanobragg::app {
namespace {

std::string text_of(const std::string& table) {
  if (table == "flags") return config::markdown_flag_table();
  return table == "quirks" ? config::markdown_quirk_table() : config::markdown_material_table();
}

}  // namespace

int docs(const std::vector<std::string>& arguments) {
  Options options("Prints a table of docs as Markdown.", "nanobragg docs");
  std::string table;
  options.add_option("TABLE", table, "flags, quirks or materials")
      .required()
      .check(one_of({"flags", "quirks", "materials"}));
  if (const auto code = parse_options(options, arguments)) return *code;
  std::fputs(text_of(table).c_str(), stdout);
  return 0;
}

}  // namespace nanobragg::app
