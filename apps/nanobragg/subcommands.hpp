// The list of subcommands: the overview, the dispatch and the suggestions are made from it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nanobragg::app {

// Of how many processes a command makes use.
enum class Processes : std::uint8_t { one, several };

struct Subcommand {
  std::string_view name;
  std::string_view help;
  int (*run)(const std::vector<std::string>& arguments);  // without the name; returns the exit code
  Processes processes = Processes::one;
};

std::span<const Subcommand> subcommands();

// Throws UsageError, naming the nearest, where there is none of the name.
const Subcommand& find_subcommand(const std::string& name);

}  // namespace nanobragg::app
