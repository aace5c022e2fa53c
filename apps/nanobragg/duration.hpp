// Lengths of time as users write them.
#pragma once

#include <chrono>
#include <string>

namespace nanobragg::app {

// "50min", "90s", "1.5h", "1h30min", "2d". Throws UsageError that begins with `name` for anything
// else, and for nothing.
std::chrono::duration<double> parse_duration(const std::string& text, const std::string& name);

}  // namespace nanobragg::app
