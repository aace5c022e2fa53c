// The part of a work that a run makes which knows nothing of the others.
#pragma once

#include <cstddef>

namespace nanobragg::commands {

// Piece `index`, counted from 0, and every `count`-th after it.
struct Shard {
  std::size_t index = 0;
  std::size_t count = 1;

  bool has(std::size_t piece) const { return piece % count == index; }
};

}  // namespace nanobragg::commands
