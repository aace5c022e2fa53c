// Draws a quaternion and makes the rotation matrix of it.
#include "nanobragg/random/uniform_rotation.hpp"

#include <cmath>

#include "nanobragg/base/constants.hpp"

namespace nanobragg {

Mat3<double> uniform_rotation(NumberedDeviates& deviates) {
  const double u = deviates.next();
  const double first = 2.0 * constants::kPi * deviates.next();
  const double second = 2.0 * constants::kPi * deviates.next();
  const double r = std::sqrt(1.0 - u);
  const double s = std::sqrt(u);
  const double x = r * std::sin(first);
  const double y = r * std::cos(first);
  const double z = s * std::sin(second);
  const double w = s * std::cos(second);
  return {
      {Vec3<double>{1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y - w * z), 2.0 * (x * z + w * y)},
       Vec3<double>{2.0 * (x * y + w * z), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z - w * x)},
       Vec3<double>{2.0 * (x * z - w * y), 2.0 * (y * z + w * x), 1.0 - 2.0 * (x * x + y * y)}}};
}

}  // namespace nanobragg
