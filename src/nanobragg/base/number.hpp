// What formulas need of a number beyond arithmetic; numbers with derivatives have their own
// versions.
#pragma once

namespace nanobragg {

// Whether x is exactly 0 and stays so: what it multiplies may be left out.
template <class T>
constexpr bool vanishes(const T& x) {
  return x == T(0);
}

// The number without what it carries.
template <class T>
constexpr T plain(const T& x) {
  return x;
}

}  // namespace nanobragg
