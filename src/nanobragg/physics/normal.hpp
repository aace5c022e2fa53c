// The standard normal distribution.
#pragma once

#include <cmath>
#include <cstddef>

#include "nanobragg/base/dual.hpp"

namespace nanobragg::physics {

// At one number: the density, and how much lies beyond, on the side away from 0. One exponential.
template <class T>
struct NormalPoint {
  T density, tail;
  bool is_above;  // 0
};

// The tail is exp(−x²/2) times a rational function, within 1e-15 (Hart, Computer Approximations,
// 1968, function 5666), and beyond 7.07 a continued fraction, within 1e-9 of itself.
template <class T>
NormalPoint<T> normal_point(const T& x) {
  using std::exp;
  constexpr double kInverseRootTwoPi = 0.3989422804014327;
  constexpr double kFar = 7.07106781186547;
  const bool is_above = x > T(0);
  const T u = is_above ? x : -x;
  const T e = exp(T(-0.5) * u * u);
  const T density = T(kInverseRootTwoPi) * e;
  if (!(u < T(kFar))) {
    const T fraction = u + T(1) / (u + T(2) / (u + T(3) / (u + T(4) / (u + T(0.65)))));
    return {density, density / fraction, is_above};
  }
  T p = T(3.52624965998911e-02);
  p = p * u + T(0.700383064443688);
  p = p * u + T(6.37396220353165);
  p = p * u + T(33.912866078383);
  p = p * u + T(112.079291497871);
  p = p * u + T(221.213596169931);
  p = p * u + T(220.206867912376);
  T q = T(8.83883476483184e-02);
  q = q * u + T(1.75566716318264);
  q = q * u + T(16.064177579207);
  q = q * u + T(86.7807322029461);
  q = q * u + T(296.564248779674);
  q = q * u + T(637.333633378831);
  q = q * u + T(793.826512519948);
  q = q * u + T(440.413735824752);
  return {density, e * p / q, is_above};
}

// With derivatives: of the density −x times itself, of what lies beyond the density.
template <class T, std::size_t N>
NormalPoint<Dual<T, N>> normal_point(const Dual<T, N>& x) {
  using Slopes = Dual<T, N>;
  const NormalPoint<T> at = normal_point(x.value);
  const T outwards = at.is_above ? -at.density : at.density;
  return {Slopes::chain(at.density, -x.value * at.density, x), Slopes::chain(at.tail, outwards, x),
          at.is_above};
}

// The part of the distribution between two numbers, low ≤ high, without cancellation in the tails.
template <class T>
T normal_between(const NormalPoint<T>& low, const NormalPoint<T>& high) {
  if (low.is_above) return low.tail - high.tail;
  return high.is_above ? T(1) - low.tail - high.tail : high.tail - low.tail;
}

}  // namespace nanobragg::physics
