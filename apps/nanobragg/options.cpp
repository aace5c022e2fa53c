// Lets CLI11 read arguments and turns its exceptions into the program's own.
#include "options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

#include "nanobragg/base/error.hpp"

namespace nanobragg::app {

std::optional<int> parse_options(CLI::App& options, std::vector<std::string> arguments) {
  try {
    // CLI11 takes them from the back.
    std::reverse(arguments.begin(), arguments.end());
    options.parse(arguments);
  } catch (const CLI::CallForHelp&) {
    std::fputs(options.help().c_str(), stdout);
    return 0;
  } catch (const CLI::ParseError& error) {
    throw UsageError(error.what(), options.get_name(), "see " + options.get_name() + " --help");
  }
  return std::nullopt;
}

}  // namespace nanobragg::app
