// Uniform deviates by number: the n-th is computed from n alone, so order and threads do not
// matter.
#pragma once

#include <cstdint>

namespace nanobragg {

// The finaliser of SplitMix64, a bijection of 64-bit words that spreads every input bit over all
// output bits. Steele, Lea & Flood (2014), OOPSLA '14, 453; constants: Stafford's mix 13.
constexpr std::uint64_t mix_bits(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

// The word that SplitMix64, seeded with `seed`, puts out as number `counter` (the first is 0).
constexpr std::uint64_t bits_at(std::uint64_t seed, std::uint64_t counter) {
  constexpr std::uint64_t kGoldenRatio = 0x9e3779b97f4a7c15ULL;  // odd, near 2⁶⁴/φ
  return mix_bits(seed + (counter + 1) * kGoldenRatio);
}

// Uniform on the open interval (0, 1), in steps of 2⁻⁵²: neither end can be reached.
constexpr double uniform_at(std::uint64_t seed, std::uint64_t counter) {
  return (static_cast<double>(bits_at(seed, counter) >> 12) + 0.5) * 0x1p-52;
}

}  // namespace nanobragg
