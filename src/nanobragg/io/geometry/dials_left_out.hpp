// What a DIALS experiment states and this program does not use.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nanobragg/io/files/json_node.hpp"

namespace nanobragg::io {

// A warning where the model has a state for each image under `key`.
void warn_of_changes(const std::optional<JsonNode>& model, const char* what, const char* key,
                     std::vector<std::string>& warnings);

// A warning for each key whose number is not the one beside it, which means nothing.
void warn_of_numbers(const JsonNode& model, const std::vector<std::pair<const char*, double>>& keys,
                     const char* what, std::vector<std::string>& warnings);

// Sensors, gains, pedestals, masks and trusted ranges; what several panels say alike is one
// warning.
void warn_of_panels(const JsonNode& detector, std::vector<std::string>& warnings);

}  // namespace nanobragg::io
