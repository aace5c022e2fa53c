// The amplitude of the unit cell between and at reciprocal lattice points.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>

#include "nanobragg/base/number.hpp"
#include "nanobragg/geometry/vec3.hpp"
#include "nanobragg/model/structure_factors.hpp"

namespace nanobragg::physics {

// The nearest integer, halves rounded down: ⌈x − ½⌉.
template <class T>
constexpr T nearest_integer(const T& x) {
  using std::ceil;
  return ceil(x - T(0.5));
}
template <class T>
constexpr Vec3<T> nearest_integers(const Vec3<T>& hkl) {
  return {nearest_integer(hkl.x), nearest_integer(hkl.y), nearest_integer(hkl.z)};
}

// The reciprocal lattice point nearest to a fractional index. Far outside any table the index is
// clamped to ±10⁹, which is outside as well; so is NaN.
template <class T>
constexpr MillerIndex nearest_index(const Vec3<T>& rounded) {
  const auto clamped = [](const T& x) {
    return static_cast<std::int32_t>(plain(x >= T(-1e9) ? (x <= T(1e9) ? x : T(1e9)) : T(-1e9)));
  };
  return {clamped(rounded.x), clamped(rounded.y), clamped(rounded.z)};
}

// Whether the 4×4×4 points around a fractional index lie in the table, as the reference decides it
// (it leaves out the last interval at the lower end).
template <class T>
constexpr bool can_interpolate(const Vec3<T>& hkl, const MillerBox& box) {
  const auto inside = [](const T& x, std::int32_t min, std::size_t size) {
    const T least = static_cast<T>(min);
    return !(x - least + T(3) > static_cast<T>(size)) && !(x - T(2) < least);
  };
  return inside(hkl.x, box.min.h, box.size_h()) && inside(hkl.y, box.min.k, box.size_k()) &&
         inside(hkl.z, box.min.l, box.size_l());
}

// The cubic polynomial through four points at x0, x0 + 1, x0 + 2, x0 + 3, in Lagrange's form.
template <class T>
constexpr T cubic_through(const std::array<T, 4>& y, const T& x0, const T& x) {
  const std::array<T, 4> at{x0, x0 + T(1), x0 + T(2), x0 + T(3)};
  const T d0 = x - at[0];
  const T d1 = x - at[1];
  const T d2 = x - at[2];
  const T d3 = x - at[3];
  return d1 * d2 * d3 * y[0] / ((at[0] - at[1]) * (at[0] - at[2]) * (at[0] - at[3])) +
         d0 * d2 * d3 * y[1] / ((at[1] - at[0]) * (at[1] - at[2]) * (at[1] - at[3])) +
         d0 * d1 * d3 * y[2] / ((at[2] - at[0]) * (at[2] - at[1]) * (at[2] - at[3])) +
         d0 * d1 * d2 * y[3] / ((at[3] - at[0]) * (at[3] - at[1]) * (at[3] - at[2]));
}

// Tensor product of cubic polynomials through the 4×4×4 amplitudes around (h, k, l), l innermost.
// Reproduces polynomials of degree 3 in each index exactly; needs can_interpolate(hkl, box). Table
// has the amplitudes: StructureFactors, or another with in_table(index).
template <class T, class Table>
constexpr T tricubic_amplitude(const Vec3<T>& hkl, const Table& f) {
  using std::floor;
  const auto lowest = [](const T& x) { return static_cast<std::int32_t>(plain(T(floor(x)))) - 1; };
  const MillerIndex from{lowest(hkl.x), lowest(hkl.y), lowest(hkl.z)};
  std::array<T, 4> along_h;
  for (std::int32_t i = 0; i < 4; ++i) {
    std::array<T, 4> along_k;
    for (std::int32_t j = 0; j < 4; ++j) {
      std::array<T, 4> along_l;
      for (std::int32_t m = 0; m < 4; ++m) {
        along_l[m] = static_cast<T>(f.in_table({from.h + i, from.k + j, from.l + m}));
      }
      along_k[j] = cubic_through(along_l, static_cast<T>(from.l), hkl.z);
    }
    along_h[i] = cubic_through(along_k, static_cast<T>(from.k), hkl.y);
  }
  return cubic_through(along_h, static_cast<T>(from.h), hkl.x);
}

// What cubic_through() multiplies its values with: the Lagrange weights at a distance d from the
// first point.
template <class T>
constexpr std::array<T, 4> cubic_weights(const T& d) {
  const T d1 = d - T(1);
  const T d2 = d - T(2);
  const T d3 = T(3) - d;
  const T inner = d1 * d2 * T(1.0 / 6);
  const T outer = d * d3 * T(0.5);
  return {inner * d3, -(outer * d2), outer * d1, inner * d};
}
// Their derivatives by d.
template <class T>
constexpr std::array<T, 4> cubic_weight_slopes(const T& d) {
  const T d1 = d - T(1);
  const T d2 = d - T(2);
  const T d3 = d - T(3);
  const auto slope = [](const T& u, const T& v, const T& w) { return T(u * v + (u + v) * w); };
  return {slope(d1, d2, d3) * T(-1.0 / 6), slope(d, d2, d3) * T(0.5), slope(d, d1, d3) * T(-0.5),
          slope(d, d1, d2) * T(1.0 / 6)};
}

// The same polynomial in its second value and what the others differ from it, which takes one
// weight less: weights add up to one, and their derivatives to nothing.
template <class T>
struct CubicSum {
  T second, first_less, third_less, fourth_less;

  CubicSum(const T& y0, const T& y1, const T& y2, const T& y3)
      : second(y1), first_less(y0 - y1), third_less(y2 - y1), fourth_less(y3 - y1) {}

  // With weights of cubic_weights().
  T value(const T& first, const T& third, const T& fourth) const {
    return second + first * first_less + third * third_less + fourth * fourth_less;
  }
  // With weights of cubic_weight_slopes().
  T slope(const T& first, const T& third, const T& fourth) const {
    return first * first_less + third * third_less + fourth * fourth_less;
  }
};

// Calls f(index, weight) for the 64 amplitudes that the interpolation above adds up with weights.
template <class F>
constexpr void for_each_tricubic_weight(const Vec3<double>& hkl, F&& f) {
  const auto lowest = [](double x) { return static_cast<std::int32_t>(std::floor(x)) - 1; };
  const MillerIndex from{lowest(hkl.x), lowest(hkl.y), lowest(hkl.z)};
  const auto h = cubic_weights(hkl.x - from.h);
  const auto k = cubic_weights(hkl.y - from.k);
  const auto l = cubic_weights(hkl.z - from.l);
  for (std::int32_t i = 0; i < 64; ++i) {
    const std::int32_t a = i / 16, b = i / 4 % 4, c = i % 4;
    f(MillerIndex{from.h + a, from.k + b, from.l + c}, h[a] * k[b] * l[c]);
  }
}

}  // namespace nanobragg::physics
