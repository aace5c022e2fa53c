// How numbers of gradients, plain ones or vectors, lie in memory.
#pragma once

#include <cstddef>

namespace nanobragg::kernel {

// How doubles of memory become a T, which stands for `count` pixels.
template <class T>
struct Lanes;
template <>
struct Lanes<double> {
  static constexpr std::size_t count = 1;
  static double load(const double* from) { return *from; }
  static void store(double x, double* to) { *to = x; }
};

}  // namespace nanobragg::kernel
