// Which sources and orientations are active for a few pixels, as plain data: what crosses from code
// for every machine to code for one instruction set.
#pragma once

#include <cstddef>
#include <cstdint>

namespace nanobragg::kernel {

// Pixels that share what is active.
inline constexpr std::size_t kGroupPixels = 16;

// The orientations that one source excites; ascending.
struct ActiveSource {
  std::size_t source;
  const std::uint32_t* orientations;
  std::size_t count;
};

// Ascending. Others add nothing that counts.
struct Active {
  const ActiveSource* sources;
  std::size_t count;
};

}  // namespace nanobragg::kernel
