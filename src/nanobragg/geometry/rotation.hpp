// Rotations of vectors: about an axis, and by angles about x, then y, then z.
#pragma once

#include <cmath>

#include "nanobragg/base/number.hpp"
#include "nanobragg/geometry/mat3.hpp"
#include "nanobragg/geometry/vec3.hpp"

namespace nanobragg {

// Rodrigues' formula, right-handed about the unit vector `axis`:
// v' = axis (axis·v)(1 − cos φ) + v cos φ + (axis × v) sin φ.
template <class T>
constexpr Vec3<T> rotate_about(const Vec3<T>& v, const Vec3<T>& axis, const T& angle_rad) {
  using std::cos;
  using std::sin;
  const T s = sin(angle_rad);
  const T c = cos(angle_rad);
  const T along = dot(axis, v) * (T(1) - c);
  return {axis.x * along + v.x * c + (-axis.z * v.y + axis.y * v.z) * s,
          axis.y * along + v.y * c + (axis.z * v.x - axis.x * v.z) * s,
          axis.z * along + v.z * c + (-axis.y * v.x + axis.x * v.y) * s};
}

// Derivatives of a scalar by the arguments of rotate_about, from those by its result. The axis
// counts as three numbers, whatever its length.
template <class T>
struct RotateAboutBar {
  Vec3<T> v, axis;
  T angle_rad;
};
template <class T>
constexpr RotateAboutBar<T> rotate_about_vjp(const Vec3<T>& v, const Vec3<T>& axis,
                                             const T& angle_rad, const Vec3<T>& bar) {
  using std::cos;
  using std::sin;
  const T s = sin(angle_rad);
  const T c = cos(angle_rad);
  const T along_v = dot(axis, v);
  const T along_bar = dot(axis, bar);
  const Vec3<T> by_angle = (along_v * s) * axis - s * v + c * cross(axis, v);
  return {((T(1) - c) * along_bar) * axis + c * bar - s * cross(axis, bar),
          (T(1) - c) * (along_v * bar + along_bar * v) + s * cross(v, bar), dot(by_angle, bar)};
}

// Rz(angles.z)·Ry(angles.y)·Rx(angles.x)·v. An angle of exactly zero is skipped, which keeps v as
// it is to the last bit.
template <class T>
constexpr Vec3<T> rotate_xyz(Vec3<T> v, const Vec3<T>& angles_rad) {
  using std::cos;
  using std::sin;
  if (!vanishes(angles_rad.x)) {
    const T c = cos(angles_rad.x);
    const T s = sin(angles_rad.x);
    v = {v.x, v.y * c + v.z * -s, v.y * s + v.z * c};
  }
  if (!vanishes(angles_rad.y)) {
    const T c = cos(angles_rad.y);
    const T s = sin(angles_rad.y);
    v = {v.x * c + v.z * s, v.y, v.x * -s + v.z * c};
  }
  if (!vanishes(angles_rad.z)) {
    const T c = cos(angles_rad.z);
    const T s = sin(angles_rad.z);
    v = {v.x * c + v.y * -s, v.x * s + v.y * c, v.z};
  }
  return v;
}

// The matrices of rotations about the axes of the laboratory.
template <class T>
constexpr Mat3<T> rotation_about_x(const T& angle_rad) {
  using std::cos;
  using std::sin;
  const T c = cos(angle_rad);
  const T s = sin(angle_rad);
  return {{Vec3<T>{T(1), T(0), T(0)}, Vec3<T>{T(0), c, -s}, Vec3<T>{T(0), s, c}}};
}
template <class T>
constexpr Mat3<T> rotation_about_y(const T& angle_rad) {
  using std::cos;
  using std::sin;
  const T c = cos(angle_rad);
  const T s = sin(angle_rad);
  return {{Vec3<T>{c, T(0), s}, Vec3<T>{T(0), T(1), T(0)}, Vec3<T>{-s, T(0), c}}};
}
template <class T>
constexpr Mat3<T> rotation_about_z(const T& angle_rad) {
  using std::cos;
  using std::sin;
  const T c = cos(angle_rad);
  const T s = sin(angle_rad);
  return {{Vec3<T>{c, -s, T(0)}, Vec3<T>{s, c, T(0)}, Vec3<T>{T(0), T(0), T(1)}}};
}

// The angles with which rotate_xyz applies the rotation matrix u. At |u_zx| = 1 (gimbal lock) the
// z angle takes up all of the remaining freedom.
Vec3<double> xyz_angles_rad(const Mat3<double>& u);

}  // namespace nanobragg
