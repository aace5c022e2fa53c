// A choice between two values that also works lane by lane for vectors.
#pragma once

namespace nanobragg {

// `yes` where the condition holds. Both are evaluated: what is not chosen may be infinite or NaN.
template <class T>
constexpr T select(bool condition, const T& yes, const T& no) {
  return condition ? yes : no;
}

// Whether a condition, on a number or on each lane of a vector, holds nowhere.
inline bool is_nowhere(bool condition) { return !condition; }

}  // namespace nanobragg
