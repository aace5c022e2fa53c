// Lets CLI11 read arguments and turns its exceptions into the program's own.
#include "options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "nanobragg/base/error.hpp"

namespace nanobragg::app {
namespace {

// A whole number from `least` on, of few enough digits for any image.
CLI::Validator whole_number(int least, const std::string& meaning) {
  constexpr std::size_t kMostDigits = 9;
  return CLI::Validator(
      [=](std::string& text) {
        const bool digits = !text.empty() && text.size() <= kMostDigits &&
                            text.find_first_not_of("0123456789") == std::string::npos;
        return digits && std::stoi(text) >= least ? std::string() : "'" + text + "' " + meaning;
      },
      "");
}

}  // namespace

CLI::Validator above_zero() {
  return CLI::Validator(
      [](std::string& text) {
        double number = 0.0;
        const bool fits = CLI::detail::lexical_cast(text, number) && std::isfinite(number);
        return fits && number > 0.0 ? std::string() : "'" + text + "' is no number above 0";
      },
      "");
}

CLI::Validator other_than_zero() {
  return CLI::Validator(
      [](std::string& text) {
        double number = 0.0;
        const bool fits = CLI::detail::lexical_cast(text, number) && std::isfinite(number);
        return fits && number != 0.0 ? std::string()
                                     : "'" + text + "' is not a number other than 0";
      },
      "");
}

CLI::Validator pixel_index() { return whole_number(0, "is no pixel (they count from 0)"); }

CLI::Validator pixel_count() { return whole_number(1, "is no number of pixels"); }

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
