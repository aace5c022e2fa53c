// The models of an experiment in a list of DIALS.
#pragma once

#include <optional>

#include "nanobragg/io/files/json_node.hpp"

namespace nanobragg::io {

// The model of a kind ("detector") that an experiment names by its number; unset where it names
// none. Throws Error for a number that the list does not have.
inline std::optional<JsonNode> model_of(const JsonNode& root, const JsonNode& experiment,
                                        const char* kind) {
  const auto index = experiment.find(kind);
  if (!index) return std::nullopt;
  return root[kind].at(index->index());
}

}  // namespace nanobragg::io
