// Draws an axis and an angle and makes the rotation matrix of them.
#include "nanobragg/random/rotation_cap.hpp"

#include <cmath>

#include "nanobragg/base/constants.hpp"

namespace nanobragg {
namespace {

// Rodrigues' rotation matrix, its products grouped as the reference groups them.
Mat3<double> rotation_matrix(const Vec3<double>& axis, double angle_rad) {
  const double c = std::cos(angle_rad);
  const double s = std::sin(angle_rad);
  const double t = 1.0 - c;
  const double tx = t * axis.x;
  const double txy = tx * axis.y;
  const double txz = tx * axis.z;
  const double tyz = t * axis.y * axis.z;
  const double sx = s * axis.x;
  const double sy = s * axis.y;
  const double sz = s * axis.z;
  return {{Vec3<double>{c + t * (axis.x * axis.x), txy - sz, txz + sy},
           Vec3<double>{txy + sz, c + t * (axis.y * axis.y), tyz - sx},
           Vec3<double>{txz - sy, tyz + sx, c + t * (axis.z * axis.z)}}};
}

double minus_one_to_one(UniformStream& stream) {
  return 2.0 * static_cast<double>(stream.next()) - 1.0;
}

}  // namespace

Mat3<double> random_rotation(float cap_rad, UniformStream& stream) {
  const double r1 = minus_one_to_one(stream);
  const double r2 = minus_one_to_one(stream);
  const double r3 = minus_one_to_one(stream);

  const double radius = std::sqrt(1.0 - r2 * r2);
  const Vec3<double> axis{radius * std::sin(constants::kPi * r1),
                          radius * std::cos(constants::kPi * r1), r2};
  const float angle_rad =
      cap_rad * std::pow(static_cast<float>(1.0 - r3 * r3), static_cast<float>(1.0 / 3.0));
  return rotation_matrix(axis, static_cast<double>(angle_rad));
}

}  // namespace nanobragg
