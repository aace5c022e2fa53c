// The double-dash options of subcommands, read by CLI11.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace nanobragg::app {

// Reads the arguments into what `options` describes. Returns the exit code where there is nothing
// left to do (--help). Throws UsageError for wrong arguments.
std::optional<int> parse_options(CLI::App& options, std::vector<std::string> arguments);

}  // namespace nanobragg::app
