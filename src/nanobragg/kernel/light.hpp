// Which sources and orientations light up a few pixels, as plain data: what crosses from code for
// every machine to code for one instruction set.
#pragma once

#include <cstddef>
#include <cstdint>

namespace nanobragg::kernel {

// Pixels that share their light.
inline constexpr std::size_t kGradientLanes = 16;

// The orientations that one source excites; ascending.
struct LitSource {
  std::size_t source;
  const std::uint32_t* orientations;
  std::size_t count;
};

// Ascending. Others add nothing that counts.
struct Light {
  const LitSource* sources;
  std::size_t count;
};

}  // namespace nanobragg::kernel
