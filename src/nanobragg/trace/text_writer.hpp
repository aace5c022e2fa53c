// Traces as text that can be held against those of other programs line by line.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "nanobragg/trace/line.hpp"

namespace nanobragg::trace {

// What this program's lines begin with; others have TRACE_C and TRACE_PY.
inline constexpr std::string_view kPrefix = "TRACE_CPP";

// One line each, with a line end. Numbers have 15 digits, as the C program's.
std::string to_text(std::span<const Line> lines, std::string_view prefix = kPrefix);

}  // namespace nanobragg::trace
