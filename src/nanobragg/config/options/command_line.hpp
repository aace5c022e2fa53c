// Reads nanoBragg's single-dash flags into Settings.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "nanobragg/config/options/settings.hpp"

namespace nanobragg::config {

struct ParsedArguments {
  Settings settings;
  std::vector<std::string> warnings;  // sentences, one for each ignored flag
};

// Reads the arguments (without the program's name) from left to right on top of `base`; the last of
// two flags that set the same thing wins. Throws UsageError at the first argument that is wrong.
ParsedArguments parse_arguments(std::span<const std::string> arguments, Settings base = {});

// The same, on top of the file that -config names, which `read_file` returns the text of.
ParsedArguments parse_arguments_and_config(
    std::span<const std::string> arguments,
    const std::function<std::string(const std::string& file)>& read_file);

}  // namespace nanobragg::config
