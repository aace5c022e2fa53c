// nanobragg docs: the generated tables of docs/, made from the tables of the program.
#include <cstdio>

#include "commands.hpp"
#include "nanobragg/config/options/help.hpp"
#include "options.hpp"

namespace nanobragg::app {

int docs(const std::vector<std::string>& arguments) {
  Options options("Prints a table of docs as Markdown.", "nanobragg docs");
  std::string table;
  options.add_option("TABLE", table, "flags or quirks")
      .required()
      .check(one_of({"flags", "quirks"}));
  if (const auto code = parse_options(options, arguments)) return *code;
  std::fputs(
      (table == "flags" ? config::markdown_flag_table() : config::markdown_quirk_table()).c_str(),
      stdout);
  return 0;
}

}  // namespace nanobragg::app
