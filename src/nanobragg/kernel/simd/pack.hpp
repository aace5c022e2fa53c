// Several vector registers that behave like one number, so that physics/ reads as mathematics.
// To be included only by files that are compiled for one instruction set each.
#pragma once

#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>

#include "nanobragg/kernel/simd/isa.hpp"

namespace nanobragg::kernel::simd::NANOBRAGG_ISA {

#define NANOBRAGG_INLINE_LAMBDA __attribute__((always_inline))

namespace hn = hwy::HWY_NAMESPACE;

// Highway takes the widest target that all options of the compiler allow: one that is missing makes
// vectors narrower without a word.
namespace expected {
enum : std::int64_t { sse4 = HWY_SSE4, avx2 = HWY_AVX2, avx512 = HWY_AVX3, neon = HWY_NEON };
}
static_assert(HWY_STATIC_TARGET == expected::NANOBRAGG_ISA);

// kRegisters registers of a tag's width, the full one if nothing else is said, lane by lane.
// Arithmetic is that of T; a product that is added may be fused.
template <class T, std::size_t kRegisters, class TagOfRegister = hn::ScalableTag<T>>
class Pack {
 public:
  using Tag = TagOfRegister;
  using Register = hn::Vec<Tag>;

  // No loop: compilers take structures of packs apart into registers before they unroll.
  template <class F>
  HWY_INLINE static void for_each_register(const F& f) {
    static_assert(kRegisters <= 2);
    f(0);
    if constexpr (kRegisters == 2) f(1);
  }

  // Every lane holds what comparing two packs said of it.
  class Mask {
   public:
    Mask() = default;
    // Register by register: masks of one byte each that were just written cannot be read back as
    // one word without waiting.
    HWY_INLINE Mask(const Mask& other) { *this = other; }
    HWY_INLINE Mask& operator=(const Mask& other) {
      for_each_register([&](std::size_t i) NANOBRAGG_INLINE_LAMBDA { m_[i] = other.m_[i]; });
      return *this;
    }
    bool all() const {
      bool result = true;
      for_each_register([&](std::size_t i) NANOBRAGG_INLINE_LAMBDA {
        result = result && hn::AllTrue(Tag(), m_[i]);
      });
      return result;
    }
    bool none() const {
      bool result = true;
      for_each_register([&](std::size_t i) NANOBRAGG_INLINE_LAMBDA {
        result = result && hn::AllFalse(Tag(), m_[i]);
      });
      return result;
    }
    std::size_t count() const {
      std::size_t lanes = 0;
      for (const auto& m : m_) lanes += hn::CountTrue(Tag(), m);
      return lanes;
    }
    template <class F>
    HWY_INLINE static Mask each(const F& f) {
      Mask out;
      for_each_register([&](std::size_t i) NANOBRAGG_INLINE_LAMBDA { out.m_[i] = f(i); });
      return out;
    }
    const hn::Mask<Tag>& operator[](std::size_t i) const { return m_[i]; }
    HWY_INLINE friend Mask operator&&(const Mask& a, const Mask& b) {
      return each([&](std::size_t i) { return hn::And(a[i], b[i]); });
    }
    friend bool is_nowhere(const Mask& a) { return a.none(); }
    HWY_INLINE friend Mask operator!(const Mask& a) {
      return each([&](std::size_t i) { return hn::Not(a[i]); });
    }

   private:
    hn::Mask<Tag> m_[kRegisters];
  };

  Pack() = default;
  // Any plain number in every lane; implicit, so that formulas may hold constants.
  HWY_INLINE Pack(double x) {  // NOLINT(google-explicit-constructor)
    for_each_register([&](std::size_t i)
                          NANOBRAGG_INLINE_LAMBDA { v_[i] = hn::Set(Tag(), static_cast<T>(x)); });
  }

  static constexpr std::size_t lanes() { return kRegisters * hn::MaxLanes(Tag()); }
  // 0, 1, 2 … by lane.
  HWY_INLINE static Pack lane_numbers() {
    return each([](std::size_t i) {
      return hn::Add(hn::Iota(Tag(), T(0)),
                     hn::Set(Tag(), static_cast<T>(i * hn::MaxLanes(Tag()))));
    });
  }
  HWY_INLINE static Pack load(const T* from) {
    return each([&](std::size_t i) { return hn::LoadU(Tag(), from + i * hn::MaxLanes(Tag())); });
  }
  HWY_INLINE void store(T* to) const {
    for_each_register([&](std::size_t i) NANOBRAGG_INLINE_LAMBDA {
      hn::StoreU(v_[i], Tag(), to + i * hn::MaxLanes(Tag()));
    });
  }
  HWY_INLINE T first() const { return hn::GetLane(v_[0]); }
  const Register& operator[](std::size_t i) const { return v_[i]; }

  template <class F>
  HWY_INLINE static Pack each(const F& f) {
    Pack out;
    for_each_register([&](std::size_t i) NANOBRAGG_INLINE_LAMBDA { out.v_[i] = f(i); });
    return out;
  }

#define NANOBRAGG_BINARY(symbol, Op)                                      \
  HWY_INLINE friend Pack operator symbol(const Pack& a, const Pack& b) {  \
    return each([&](std::size_t i) { return hn::Op(a.v_[i], b.v_[i]); }); \
  }
  NANOBRAGG_BINARY(+, Add)
  NANOBRAGG_BINARY(-, Sub)
  NANOBRAGG_BINARY(*, Mul)
  NANOBRAGG_BINARY(/, Div)
#undef NANOBRAGG_BINARY
  HWY_INLINE friend Pack operator-(const Pack& a) {
    return each([&](std::size_t i) { return hn::Neg(a.v_[i]); });
  }
#define NANOBRAGG_COMPARE(symbol, Op)                                           \
  HWY_INLINE friend Mask operator symbol(const Pack& a, const Pack& b) {        \
    return Mask::each([&](std::size_t i) { return hn::Op(a.v_[i], b.v_[i]); }); \
  }
  NANOBRAGG_COMPARE(==, Eq)
  NANOBRAGG_COMPARE(<, Lt)
  NANOBRAGG_COMPARE(<=, Le)
  NANOBRAGG_COMPARE(>, Gt)
  NANOBRAGG_COMPARE(>=, Ge)
#undef NANOBRAGG_COMPARE
#define NANOBRAGG_UNARY(name, Op)                                \
  HWY_INLINE friend Pack name(const Pack& a) {                   \
    return each([&](std::size_t i) { return hn::Op(a.v_[i]); }); \
  }
  NANOBRAGG_UNARY(sqrt, Sqrt)
  NANOBRAGG_UNARY(abs, Abs)
  NANOBRAGG_UNARY(floor, Floor)
  NANOBRAGG_UNARY(ceil, Ceil)
  NANOBRAGG_UNARY(round, Round)
#undef NANOBRAGG_UNARY
#define NANOBRAGG_MATH(name, Op)                                        \
  HWY_INLINE friend Pack name(const Pack& a) {                          \
    return each([&](std::size_t i) { return hn::Op(Tag(), a.v_[i]); }); \
  }
  NANOBRAGG_MATH(sin, Sin)
  NANOBRAGG_MATH(cos, Cos)
  NANOBRAGG_MATH(exp, Exp)
#undef NANOBRAGG_MATH
  HWY_INLINE friend Pack select(const Mask& m, const Pack& yes, const Pack& no) {
    return each([&](std::size_t i) { return hn::IfThenElse(m[i], yes.v_[i], no.v_[i]); });
  }
  HWY_INLINE friend Pack max(const Pack& a, const Pack& b) {
    return each([&](std::size_t i) { return hn::Max(a.v_[i], b.v_[i]); });
  }
  HWY_INLINE friend Pack min(const Pack& a, const Pack& b) {
    return each([&](std::size_t i) { return hn::Min(a.v_[i], b.v_[i]); });
  }

 private:
  Register v_[kRegisters];
};

// Something to be read where it is used: a compiler that reads it before a long loop has no
// register left for it there, and writes it to memory once more.
template <class T>
HWY_INLINE const T& read_again(const T& x) {
  const T* at = &x;
  asm("" : "+r"(at));
  return *at;
}

// Rounds double lanes to single ones: two registers become one.
template <std::size_t kRegisters>
HWY_INLINE Pack<float, kRegisters> to_single(const Pack<double, 2 * kRegisters>& x) {
  const hn::ScalableTag<float> single;
  const hn::Half<hn::ScalableTag<float>> half;
  return Pack<float, kRegisters>::each([&](std::size_t i) {
    return hn::Combine(single, hn::DemoteTo(half, x[2 * i + 1]), hn::DemoteTo(half, x[2 * i]));
  });
}

// The other way.
template <std::size_t kRegisters>
HWY_INLINE Pack<double, 2 * kRegisters> to_double(const Pack<float, kRegisters>& x) {
  const hn::ScalableTag<double> wide;
  return Pack<double, 2 * kRegisters>::each([&](std::size_t i) {
    const hn::Half<hn::ScalableTag<float>> half;
    const auto part = i % 2 == 0 ? hn::LowerHalf(half, x[i / 2]) : hn::UpperHalf(half, x[i / 2]);
    return hn::PromoteTo(wide, part);
  });
}

// Whole numbers from 0 to 2⁵¹ − 1.
template <std::size_t kRegisters>
HWY_INLINE void store_whole(const Pack<double, kRegisters>& x, std::uint64_t* to) {
  const hn::RebindToUnsigned<hn::ScalableTag<double>> words;
  for (std::size_t i = 0; i < kRegisters; ++i) {
    const auto bits = hn::BitCast(words, hn::Add(x[i], hn::Set(hn::ScalableTag<double>(), 0x1p52)));
    hn::Store(hn::And(bits, hn::Set(words, (std::uint64_t{1} << 52) - 1)), words,
              to + i * hn::MaxLanes(words));
  }
}

// Double lanes from a table at whole-numbered double positions inside it.
template <std::size_t kRegisters>
HWY_INLINE Pack<double, kRegisters> gather(const double* table,
                                           const Pack<double, kRegisters>& position) {
  const hn::ScalableTag<double> wide;
  const hn::RebindToSigned<hn::ScalableTag<double>> index;
  return Pack<double, kRegisters>::each([&](std::size_t i) {
    return hn::GatherIndex(wide, table, hn::ConvertTo(index, position[i]));
  });
}

// at(first), at(first + 1), … as the lanes of a vector.
template <class Tag, class At>
HWY_INLINE hn::Vec<Tag> from_lanes(Tag tag, std::size_t first, const At& at) {
  if constexpr (hn::MaxLanes(Tag()) > 4) {
    const hn::Half<Tag> half;
    constexpr std::size_t kHalf = hn::MaxLanes(hn::Half<Tag>());
    return hn::Combine(tag, from_lanes(half, first + kHalf, at), from_lanes(half, first, at));
  } else {
    hn::Vec<Tag> out;
    out.raw = decltype(out.raw){at(first), at(first + 1), at(first + 2), at(first + 3)};
    return out;
  }
}

// Adding it to a whole number below 2⁵¹ puts that number into the low bits of the sum.
inline constexpr double kToLowWord = 0x1.8p52;

// table[position] by a load of its own, which for every lane together takes a third of the time of
// the processors' gathering; compilers make that of a loop, or use registers of masks, if they see
// it.
HWY_INLINE float load_one(const float* table, std::uint32_t position) {
  asm("" : "+r"(position));
  return table[position];
}

// Single lanes from a table at positions inside it, each given with kToLowWord added.
template <std::size_t kRegisters>
HWY_INLINE Pack<float, kRegisters> gather_single(const float* table,
                                                 const Pack<double, 2 * kRegisters>& position) {
  constexpr std::size_t kLanes = Pack<float, kRegisters>::lanes();
  alignas(64) std::uint64_t bits[kLanes];
  const hn::RebindToUnsigned<hn::ScalableTag<double>> words;
  for (std::size_t i = 0; i < 2 * kRegisters; ++i) {
    hn::Store(hn::BitCast(words, position[i]), words, bits + i * hn::MaxLanes(words));
  }
  // Keeps the compiler from taking the vectors apart in registers, which costs more.
  asm("" : "+m"(bits));
  const auto at = [&](std::size_t lane) {
    return load_one(table, static_cast<std::uint32_t>(bits[lane]));
  };
  return Pack<float, kRegisters>::each([&](std::size_t i) {
    return from_lanes(hn::ScalableTag<float>(), i * hn::MaxLanes(hn::ScalableTag<float>()), at);
  });
}

}  // namespace nanobragg::kernel::simd::NANOBRAGG_ISA
