// The numbers that gradients are computed in: wide ones for positions and sums, narrow ones for
// what a single orientation adds; and how they lie in memory.
#pragma once

#include <cstddef>
#include <type_traits>

// A function with all that it calls inside it: of many small functions on vectors of numbers, which
// would cost more to call than to compute, the compiler else leaves some outside.
#define NANOBRAGG_WHOLE [[gnu::flatten, gnu::noinline]]

namespace nanobragg::kernel {

// Double precision throughout, one pixel at a time. Others (vectors of pixels) have the same
// members: Wide stands for as many pixels as Narrow; a Scalar is what a Narrow holds in each place.
struct PlainArithmetic {
  using Wide = double;
  using Narrow = double;
  using Scalar = double;
  static constexpr bool kIsMixed = false;
  static double narrow(double x) { return x; }
  static double widen(double x) { return x; }
};

// How doubles of memory become a T, which stands for `count` pixels. A Total takes sums over
// pixels.
template <class T>
struct Lanes;
template <>
struct Lanes<double> {
  static constexpr std::size_t count = 1;
  static double load(const double* from) { return *from; }
  static void store(double x, double* to) { *to = x; }

  using Total = double;
  static void add_product(Total& to, double a, double b) { to += a * b; }
  static double sum(Total total) { return total; }
};

// Room for values that are set before they are read: arrays of vectors of numbers would be zeroed
// first.
template <class T, std::size_t kCount>
class Slots {
 public:
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

  T* data() { return reinterpret_cast<T*>(memory_); }
  T& operator[](std::size_t i) { return data()[i]; }

 private:
  alignas(T) std::byte memory_[kCount * sizeof(T)];
};

}  // namespace nanobragg::kernel
