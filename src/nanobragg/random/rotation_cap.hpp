// Random rotations of limited angle, for mosaic domains and random crystal settings.
#pragma once

#include <cmath>
#include <cstddef>

#include "nanobragg/geometry/mat3.hpp"
#include "nanobragg/random/uniform_stream.hpp"

namespace nanobragg {

// A rotation that is drawn up to its scale: about `axis`, by `angle` times a cap.
struct UnitTurn {
  Vec3<double> axis;
  float angle;  // 0 … 1
};

// An axis that is uniform on the sphere, and an angle
//   ω = (1 − r²)^(1/3),   r uniform on (−1, 1),
// so that P(ω < w) = 1 − √(1 − w³). Draws three deviates. The angle is single precision, as in
// nanoBragg.c.
UnitTurn draw_turn(UniformStream& stream);
inline constexpr std::size_t kDeviatesOfATurn = 3;

// A drawn turn with the angle scaled to `cap_rad`, in single precision.
Mat3<double> random_rotation(float cap_rad, UniformStream& stream);

// Rodrigues' rotation matrix about a unit vector, its products grouped as the reference groups
// them.
template <class T>
Mat3<T> rotation_matrix(const Vec3<double>& axis, const T& angle_rad) {
  using std::cos;
  using std::sin;
  const T c = cos(angle_rad);
  const T s = sin(angle_rad);
  const T t = 1.0 - c;
  const T tx = t * axis.x;
  const T txy = tx * axis.y;
  const T txz = tx * axis.z;
  const T tyz = t * axis.y * axis.z;
  const T sx = s * axis.x;
  const T sy = s * axis.y;
  const T sz = s * axis.z;
  return {{Vec3<T>{c + t * (axis.x * axis.x), txy - sz, txz + sy},
           Vec3<T>{txy + sz, c + t * (axis.y * axis.y), tyz - sx},
           Vec3<T>{txz - sy, tyz + sx, c + t * (axis.z * axis.z)}}};
}

}  // namespace nanobragg
