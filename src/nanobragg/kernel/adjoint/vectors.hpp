// Vectors of space in the numbers of gradients: T and S are numbers of one precision, or of two of
// which S becomes T; A is the arithmetic that has both.
#pragma once

#include "nanobragg/model/lattice.hpp"

namespace nanobragg::kernel {

template <class T, class S>
Vec3<T> widened(const Vec3<S>& v) {
  return {T(v.x), T(v.y), T(v.z)};
}
template <class T, class S>
void add_scaled(Vec3<T>& to, const S& scale, const Vec3<T>& v) {
  to = to + scale * v;
}
// Adds u.x·v to a, u.y·v to b, u.z·v to c.
template <class T>
void add_outer(Axes<T>& to, const Vec3<T>& u, const Vec3<T>& v) {
  add_scaled(to.a, u.x, v);
  add_scaled(to.b, u.y, v);
  add_scaled(to.c, u.z, v);
}
// scale·v for a vector v of plain numbers.
template <class S, class T>
Vec3<T> scaled(const Vec3<S>& v, const T& scale) {
  return {T(v.x) * scale, T(v.y) * scale, T(v.z) * scale};
}
// u·v for a vector u of plain numbers.
template <class S, class T>
T along(const Vec3<S>& u, const Vec3<T>& v) {
  return T(u.x) * v.x + T(u.y) * v.y + T(u.z) * v.z;
}
// v.x·a + v.y·b + v.z·c: the transpose of (a·, b·, c·).
template <class S, class T>
Vec3<T> combined(const Axes<S>& axes, const Vec3<T>& v) {
  const auto& [a, b, c] = axes;
  return {T(a.x) * v.x + T(b.x) * v.y + T(c.x) * v.z, T(a.y) * v.x + T(b.y) * v.y + T(c.y) * v.z,
          T(a.z) * v.x + T(b.z) * v.y + T(c.z) * v.z};
}
template <class A>
Vec3<typename A::Wide> widened(const Vec3<typename A::Narrow>& v) {
  return {A::widen(v.x), A::widen(v.y), A::widen(v.z)};
}
template <class A>
Vec3<typename A::Narrow> narrowed(const Vec3<typename A::Wide>& v) {
  return {A::narrow(v.x), A::narrow(v.y), A::narrow(v.z)};
}

template <class T>
Vec3<T> zero_vector() {
  return {T(0), T(0), T(0)};
}

}  // namespace nanobragg::kernel
