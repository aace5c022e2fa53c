// Dual numbers: a value with its derivatives, carried through any formula.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

#include "nanobragg/base/number.hpp"

namespace nanobragg {

// x + Σ xᵢεᵢ with εᵢεⱼ = 0: arithmetic on it is the chain rule (Clifford 1873; Griewank & Walther,
// Evaluating Derivatives, 2008, ch. 3). Exact to rounding. Comparisons look at the value alone, so
// that a branch is differentiated as taken.
template <class T, std::size_t N>
struct Dual {
  T value{};
  std::array<T, N> slope{};

  constexpr Dual() = default;
  constexpr Dual(const T& constant) : value(constant) {}  // NOLINT(google-explicit-constructor)
  // The variable that ε_i belongs to.
  static constexpr Dual variable(const T& x, std::size_t i) {
    Dual out(x);
    out.slope[i] = T(1);
    return out;
  }
  explicit constexpr operator T() const { return value; }

  // f(u), given f and f′ at u's value.
  static constexpr Dual chain(const T& f, const T& derivative, const Dual& u) {
    Dual out(f);
    for (std::size_t i = 0; i < N; ++i) out.slope[i] = derivative * u.slope[i];
    return out;
  }
  // f(u, v), given f and its partial derivatives.
  static constexpr Dual chain(const T& f, const T& by_u, const Dual& u, const T& by_v,
                              const Dual& v) {
    Dual out(f);
    for (std::size_t i = 0; i < N; ++i) out.slope[i] = by_u * u.slope[i] + by_v * v.slope[i];
    return out;
  }

  friend constexpr Dual operator+(const Dual& u, const Dual& v) {
    return chain(u.value + v.value, T(1), u, T(1), v);
  }
  friend constexpr Dual operator-(const Dual& u, const Dual& v) {
    return chain(u.value - v.value, T(1), u, T(-1), v);
  }
  friend constexpr Dual operator-(const Dual& u) { return chain(-u.value, T(-1), u); }
  friend constexpr Dual operator*(const Dual& u, const Dual& v) {
    return chain(u.value * v.value, v.value, u, u.value, v);
  }
  friend constexpr Dual operator/(const Dual& u, const Dual& v) {
    const T quotient = u.value / v.value;
    return chain(quotient, T(1) / v.value, u, -quotient / v.value, v);
  }
  Dual& operator+=(const Dual& u) { return *this = *this + u; }
  Dual& operator*=(const Dual& u) { return *this = *this * u; }

#define NANOBRAGG_COMPARE(symbol)                                       \
  friend constexpr bool operator symbol(const Dual& u, const Dual& v) { \
    return u.value symbol v.value;                                      \
  }
  NANOBRAGG_COMPARE(==)
  NANOBRAGG_COMPARE(!=)
  NANOBRAGG_COMPARE(<)
  NANOBRAGG_COMPARE(<=)
  NANOBRAGG_COMPARE(>)
  NANOBRAGG_COMPARE(>=)
#undef NANOBRAGG_COMPARE

  friend Dual sin(const Dual& u) {
    using std::cos;
    using std::sin;
    return chain(sin(u.value), cos(u.value), u);
  }
  friend Dual cos(const Dual& u) {
    using std::cos;
    using std::sin;
    return chain(cos(u.value), -sin(u.value), u);
  }
  friend Dual exp(const Dual& u) {
    using std::exp;
    const T e = exp(u.value);
    return chain(e, e, u);
  }
  // At 0 the slope is taken as 0: what is under the root there is a sum of squares at its minimum.
  friend Dual sqrt(const Dual& u) {
    using std::sqrt;
    const T root = sqrt(u.value);
    return chain(root, root == T(0) ? T(0) : T(0.5) / root, u);
  }
  friend Dual abs(const Dual& u) { return u.value < T(0) ? -u : u; }
  friend constexpr bool vanishes(const Dual& u) {
    for (const T& derivative : u.slope) {
      if (derivative != T(0)) return false;
    }
    return u.value == T(0);
  }
  friend constexpr T plain(const Dual& u) { return u.value; }
  // Constant between the steps.
  friend Dual ceil(const Dual& u) {
    using std::ceil;
    return Dual(ceil(u.value));
  }
  friend Dual floor(const Dual& u) {
    using std::floor;
    return Dual(floor(u.value));
  }
};

}  // namespace nanobragg
