// The numbers that gradients are computed in: wide ones for positions and sums, narrow ones for
// what a single orientation adds.
#pragma once

// A function of its own, with all that it calls inside it: of many small functions on vectors of
// numbers, which would cost more to call than to compute, the compiler else leaves some outside.
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

}  // namespace nanobragg::kernel
