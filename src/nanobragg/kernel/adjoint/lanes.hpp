// How numbers of gradients, plain ones or vectors, lie in memory.
#pragma once

#include <cstddef>

namespace nanobragg::kernel {

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

}  // namespace nanobragg::kernel
