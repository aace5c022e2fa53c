// The list of subcommands: the overview, the dispatch and the suggestions are made from it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nanobragg::app {

struct Subcommand {
  std::string_view name;
  std::string_view help;
  int (*run)(const std::vector<std::string>& arguments);  // without the name; returns the exit code
};

std::span<const Subcommand> subcommands();

}  // namespace nanobragg::app
