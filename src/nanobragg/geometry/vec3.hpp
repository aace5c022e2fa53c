// Vectors of three-dimensional space.
#pragma once

#include <cmath>

namespace nanobragg {

template <class T>
struct Vec3 {
  T x{}, y{}, z{};
  friend bool operator==(const Vec3&, const Vec3&) = default;
};
// Compilers before C++20 was complete (clang 16) do not deduce T of an aggregate themselves.
template <class T>
Vec3(T, T, T) -> Vec3<T>;

// The same vector in another arithmetic, each component rounded once.
template <class U, class T>
constexpr Vec3<U> vec3_as(const Vec3<T>& v) {
  return {static_cast<U>(v.x), static_cast<U>(v.y), static_cast<U>(v.z)};
}

template <class T>
constexpr Vec3<T> operator+(const Vec3<T>& u, const Vec3<T>& v) {
  return {u.x + v.x, u.y + v.y, u.z + v.z};
}
template <class T>
constexpr Vec3<T> operator-(const Vec3<T>& u, const Vec3<T>& v) {
  return {u.x - v.x, u.y - v.y, u.z - v.z};
}
template <class T>
constexpr Vec3<T> operator-(const Vec3<T>& v) {
  return {-v.x, -v.y, -v.z};
}
template <class T, class S>
constexpr Vec3<T> operator*(const S& scale, const Vec3<T>& v) {
  return {scale * v.x, scale * v.y, scale * v.z};
}
template <class T, class S>
constexpr Vec3<T> operator/(const Vec3<T>& v, const S& divisor) {
  return {v.x / divisor, v.y / divisor, v.z / divisor};
}

template <class T>
constexpr T dot(const Vec3<T>& u, const Vec3<T>& v) {
  return u.x * v.x + u.y * v.y + u.z * v.z;
}

template <class T>
constexpr Vec3<T> cross(const Vec3<T>& u, const Vec3<T>& v) {
  return {u.y * v.z - u.z * v.y, u.z * v.x - u.x * v.z, u.x * v.y - u.y * v.x};
}

template <class T>
constexpr T length(const Vec3<T>& v) {
  using std::sqrt;
  return sqrt(dot(v, v));
}

// v/|v|; the zero vector stays zero.
template <class T>
constexpr Vec3<T> unit(const Vec3<T>& v) {
  const T norm = length(v);
  return norm == T(0) ? v : v / norm;
}

// v stretched to the given length; the zero vector stays zero.
template <class T>
constexpr Vec3<T> with_length(const Vec3<T>& v, const T& new_length) {
  const T norm = length(v);
  return norm > T(0) ? (new_length / norm) * v : new_length * v;
}

}  // namespace nanobragg
