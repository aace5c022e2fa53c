// Draws an axis and an angle.
#include "nanobragg/random/rotation_cap.hpp"

#include "nanobragg/base/constants.hpp"

namespace nanobragg {
namespace {

double minus_one_to_one(UniformStream& stream) {
  return 2.0 * static_cast<double>(stream.next()) - 1.0;
}

}  // namespace

UnitTurn draw_turn(UniformStream& stream) {
  const double r1 = minus_one_to_one(stream);
  const double r2 = minus_one_to_one(stream);
  const double r3 = minus_one_to_one(stream);

  const double radius = std::sqrt(1.0 - r2 * r2);
  return {{radius * std::sin(constants::kPi * r1), radius * std::cos(constants::kPi * r1), r2},
          std::pow(static_cast<float>(1.0 - r3 * r3), static_cast<float>(1.0 / 3.0))};
}

Mat3<double> random_rotation(float cap_rad, UniformStream& stream) {
  const UnitTurn turn = draw_turn(stream);
  const float angle_rad = cap_rad * turn.angle;
  return rotation_matrix(turn.axis, static_cast<double>(angle_rad));
}

}  // namespace nanobragg
