// Whole and fractional parts of numbers, by the bits of doubles. To be included only by files that
// are compiled for one instruction set each.
#pragma once

#include <bit>
#include <cstdint>

#include "nanobragg/kernel/simd/ray.hpp"

namespace nanobragg::kernel::simd::NANOBRAGG_ISA {

// 32 bits a lane. Words of two registers of doubles stand in turns: first and second register's
// first lane, their second lanes, …; single precision numbers made of them stay in that order until
// they are in_order().
using Words = Pack<std::int32_t, 1>;

// A double between 2²⁰ and 2²¹ has 32 bits behind its point. Added to a number less than
// kLargestFixed, this one leaves the whole part of the number, rounded down, in the high word of
// the sum, with kWholeOffset added; and the fraction, to 2⁻³³, in the low word.
inline constexpr double kToFixed = 0x1.8p20;
inline constexpr double kLargestFixed = 0x1p19;
inline constexpr auto kWholeOffset =
    static_cast<std::uint32_t>(std::bit_cast<std::uint64_t>(kToFixed) >> 32);

HWY_INLINE Words low_words(const Wide& x) {
  const Words::Tag tag;
  return Words::each([&](std::size_t) {
    return hn::OddEven(hn::DupEven(hn::BitCast(tag, x[1])), hn::BitCast(tag, x[0]));
  });
}
HWY_INLINE Words high_words(const Wide& x) {
  const Words::Tag tag;
  return Words::each([&](std::size_t) {
    return hn::OddEven(hn::BitCast(tag, x[1]), hn::DupOdd(hn::BitCast(tag, x[0])));
  });
}
HWY_INLINE Wide in_order(const Narrow& x) {
  const Narrow::Tag tag;
  const hn::Half<Narrow::Tag> half;
  return Wide::each([&](std::size_t i) {
    const auto lanes = i == 0 ? hn::ConcatEven(tag, x[0], x[0]) : hn::ConcatOdd(tag, x[0], x[0]);
    return hn::PromoteTo(Wide::Tag(), hn::LowerHalf(half, lanes));
  });
}
// The other way; slow.
inline Narrow in_turns(const Narrow& x) {
  constexpr std::size_t kHalf = Narrow::lanes() / 2;
  alignas(64) float in[2 * kHalf], out[2 * kHalf];
  x.store(in);
  for (std::size_t i = 0; i < 2 * kHalf; ++i) out[i] = in[i / 2 + i % 2 * kHalf];
  return Narrow::load(out);
}

HWY_INLINE Narrow to_float(const Words& x) {
  return Narrow::each([&](std::size_t i) { return hn::ConvertTo(Narrow::Tag(), x[i]); });
}
HWY_INLINE Words bits_of(const Narrow& x) {
  return Words::each([&](std::size_t i) { return hn::BitCast(Words::Tag(), x[i]); });
}
HWY_INLINE Narrow from_bits(const Words& x) {
  return Narrow::each([&](std::size_t i) { return hn::BitCast(Narrow::Tag(), x[i]); });
}

// 2³² times what x is more than the nearest whole number; |x| < kLargestFixed.
HWY_INLINE Narrow scaled_fraction(const Wide& x) { return to_float(low_words(x + kToFixed)); }

// The same with the nearest whole number, to which kWholeOffset is added.
struct Parts {
  Words whole;
  Narrow scaled_fraction;
};
HWY_INLINE Parts parts_of(const Wide& x) {
  const Wide fixed = x + (kToFixed + 0.5);
  const Words low = low_words(fixed);
  const Words half(-0x1p31);
  return {high_words(fixed),
          to_float(Words::each([&](std::size_t i) { return hn::Xor(low[i], half[i]); }))};
}

// See physics/exp2.hpp.
HWY_INLINE Narrow halved(const Narrow& p, const Narrow& whole) {
  const Words bits = bits_of(whole);
  const Words exponent = Words::each([&](std::size_t i) { return hn::ShiftLeft<23>(bits[i]); });
  return from_bits(bits_of(p) - exponent);
}

// The square of a fraction that is given 2³² times: takes 64 from its exponent. Of 0, something
// negative.
HWY_INLINE Narrow square_of_scaled(const Narrow& x) {
  return from_bits(bits_of(x * x) - Words(64.0 * 0x1p23));
}

}  // namespace nanobragg::kernel::simd::NANOBRAGG_ISA
