// Reads a trace that is stored as JSON.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/audit/document.hpp"

namespace nanobragg::audit {

// Throws Error as parse_trace does, and for a text that is not JSON.
Document parse_trace_json(std::string_view text, const std::string& name,
                          std::optional<PixelIndex> pixel = std::nullopt);

// The pixels that it holds. Throws Error for a text that is not JSON.
std::vector<PixelIndex> pixels_of_json(std::string_view text, const std::string& name);

}  // namespace nanobragg::audit
