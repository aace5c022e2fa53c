// 3×3 matrices by rows.
#pragma once

#include <array>

#include "nanobragg/geometry/vec3.hpp"

namespace nanobragg {

template <class T>
struct Mat3 {
  std::array<Vec3<T>, 3> row;

  static constexpr Mat3 identity() {
    return {{Vec3<T>{T(1), T(0), T(0)}, Vec3<T>{T(0), T(1), T(0)}, Vec3<T>{T(0), T(0), T(1)}}};
  }
  friend bool operator==(const Mat3&, const Mat3&) = default;
};

template <class T>
constexpr Vec3<T> operator*(const Mat3<T>& m, const Vec3<T>& v) {
  return {dot(m.row[0], v), dot(m.row[1], v), dot(m.row[2], v)};
}

template <class T>
constexpr Mat3<T> transpose(const Mat3<T>& m) {
  const auto& [a, b, c] = m.row;
  return {{Vec3<T>{a.x, b.x, c.x}, Vec3<T>{a.y, b.y, c.y}, Vec3<T>{a.z, b.z, c.z}}};
}

template <class T>
constexpr Mat3<T> operator*(const Mat3<T>& m, const Mat3<T>& n) {
  const auto columns = transpose(n);
  // n acts on a row from the right: (v·n)ᵀ = nᵀ·vᵀ.
  return {{columns * m.row[0], columns * m.row[1], columns * m.row[2]}};
}

template <class T>
constexpr T determinant(const Mat3<T>& m) {
  return dot(m.row[0], cross(m.row[1], m.row[2]));
}

}  // namespace nanobragg
