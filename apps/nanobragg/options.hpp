// The double-dash options of subcommands, read by CLI11.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Validator;
}  // namespace CLI

namespace nanobragg::app {

// Reads the arguments into what `options` describes. Returns the exit code where there is nothing
// left to do (--help). Throws UsageError for wrong arguments.
std::optional<int> parse_options(CLI::App& options, std::vector<std::string> arguments);

// Checks of arguments: a number above 0; a finite number other than 0; a pixel's index along an
// axis, from 0; a number of pixels, from 1.
CLI::Validator above_zero();
CLI::Validator other_than_zero();
CLI::Validator pixel_index();
CLI::Validator pixel_count();

}  // namespace nanobragg::app
