// Powers of two in single precision.
#pragma once

#include <bit>
#include <cstdint>

namespace nanobragg::physics {

// Added to a float below 2²², leaves its nearest whole number in the low bits of the sum.
inline constexpr float kToLowBits = 0x1.8p23F;

// p·2⁻ⁿ for the n in the low bits of `whole`, if that is a normal float; p is positive. For vectors
// of floats: beside their type.
constexpr float halved(float p, float whole) {
  return std::bit_cast<float>(std::bit_cast<std::uint32_t>(p) -
                              (std::bit_cast<std::uint32_t>(whole) << 23));
}

// 2⁻ˣ for 0 ≤ x ≤ 125, of floats: what x is more than a whole number by a polynomial that is within
// 1.9e-9 (by the Remez exchange). With rounding, at most 2 units in the last place (tested).
template <class T>
constexpr T exp2_of_minus(const T& x) {
  const T whole = x + T(kToLowBits);
  const T rest = (whole - T(kToLowBits)) - x;
  T p = T(0.0001534583265618889);
  p = p * rest + T(0.0013399931136418936);
  p = p * rest + T(0.0096184888817394558);
  p = p * rest + T(0.055503287773925755);
  p = p * rest + T(0.24022646891266946);
  p = p * rest + T(0.69314720573688925);
  return halved(p * rest + T(1.0), whole);
}

}  // namespace nanobragg::physics
