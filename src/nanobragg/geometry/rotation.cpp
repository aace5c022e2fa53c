// Euler angles of a rotation matrix.
#include "nanobragg/geometry/rotation.hpp"

namespace nanobragg {

Vec3<double> xyz_angles_rad(const Mat3<double>& u) {
  // Rows are made unit twice, as the reference does: the second pass settles the last bit.
  const auto settled = [](const Vec3<double>& row) { return unit(unit(row)); };
  const Vec3<double> x = settled(u.row[0]);
  const Vec3<double> y = settled(u.row[1]);
  const Vec3<double> z = settled(u.row[2]);
  if (z.x * z.x < 1.0) {
    return {std::atan2(z.y, z.z), std::atan2(-z.x, std::sqrt(z.y * z.y + z.z * z.z)),
            std::atan2(y.x, x.x)};
  }
  return {std::atan2(1.0, 1.0) * 4.0, std::atan2(1.0, 1.0) * 2.0, std::atan2(x.y, -y.y)};
}

}  // namespace nanobragg
