// Draws the orientations of mosaic domains.
#include "nanobragg/plan/domains.hpp"

#include "nanobragg/random/uniform_stream.hpp"

namespace nanobragg::plan {

std::vector<UnitTurn> mosaic_turns(const Mosaicity& mosaicity) {
  UniformStream stream(mosaicity.seed);
  std::vector<UnitTurn> turns;
  for (int i = 0; i < mosaicity.domains; ++i) turns.push_back(draw_turn(stream));
  // The first is aligned only after its deviates are drawn, so that the others do not shift.
  turns.front().angle = 0.0F;
  return turns;
}

std::vector<Mat3<double>> mosaic_domains(const Mosaicity& mosaicity, AngleRounding rounding) {
  const double spread = mosaicity.spread.value();
  std::vector<Mat3<double>> rotations;
  for (const UnitTurn& turn : mosaic_turns(mosaicity)) {
    const double angle_rad = rounding == AngleRounding::to_single
                                 ? static_cast<double>(static_cast<float>(spread) * turn.angle)
                                 : spread * static_cast<double>(turn.angle);
    rotations.push_back(rotation_matrix(turn.axis, angle_rad));
  }
  rotations.front() = Mat3<double>::identity();
  return rotations;
}

}  // namespace nanobragg::plan
